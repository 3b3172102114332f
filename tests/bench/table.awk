# The table of tests/bench/run, from its figures: medians over the rounds, ratios with their bars. Exits 1 when a bar is not reached.
BEGIN { FS = "\t" }

$2 == "memory" { memory[$3] = $4; next }
$2 == "cold" { add("cold", $3 / 1000); next }
$2 == "seeded" { percent = $3; seeded = $4; next }
$2 == "report" { report[++reports] = $3; report_ms[reports] = $4 / 1000; next }
{
    key = $2 SUBSEP $3 SUBSEP $4 SUBSEP $5
    if (!(key in seen)) { seen[key] = 1; order[++keys] = key }
    for (i = 6; i <= 13; i++) add(key SUBSEP i, $i)
}

function add(name, value) { values[name, ++count[name]] = value }

function median(name,    n, i, j, v, a) {
    n = count[name]
    if (!n) return 0
    for (i = 1; i <= n; i++) {
        v = values[name, i]
        for (j = i - 1; j > 0 && a[j] > v; j--) a[j + 1] = a[j]
        a[j + 1] = v
    }
    return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2
}

# of is the median of a figure: 6 calls a second, 7 p50, 8 p99, 9 p99.9, 11 client, 12 server, 13 database.
function of(who, transport, kind, n, figure) { return median(who SUBSEP transport SUBSEP kind SUBSEP n SUBSEP figure) }

# whole is the CPU of client, server and database a call: what a machine's throughput turns on, and other programs' noise spoils least.
function whole(who, transport, kind, n) {
    return of(who, transport, kind, n, 11) + of(who, transport, kind, n, 12) + of(who, transport, kind, n, 13)
}

function bar(what, figure, sign, wanted,    ok) {
    ok = sign == ">=" ? figure >= wanted : figure <= wanted
    if (!ok) below = 1
    printf "%-78s %8.2f   %s %-5s %s\n", what, figure, sign, wanted, ok ? "yes" : "NO"
}

function bound(transport, kind,    wire, database) {
    wire = of("wire", transport, kind, 64, 6)
    database = of("database", "-", kind, kind == "read" ? 4 : 12, 6)
    return wire && database ? 1 / (1 / wire + 1 / database) : 0
}

END {
    print "who: improved; the reference; nng's wire alone; the database alone; improved alone and among national data (one, nation), with 20 authorities at once (mixed), and those at half that rate (open).\n"
    printf "%-10s %-6s %-5s %6s | %9s | %8s %8s %8s | %27s\n", "", "", "", "", "", "ms", "", "", "CPU µs a call"
    printf "%-10s %-6s %-5s %6s | %9s | %8s %8s %8s | %7s %7s %8s %6s\n", "who", "wire", "what", "flight", "calls/s", "p50", "p99", "p99.9", "client", "server", "database", "all"
    for (k = 1; k <= keys; k++) {
        split(order[k], part, SUBSEP)
        for (i = 6; i <= 13; i++) f[i] = median(order[k] SUBSEP i)
        printf "%-10s %-6s %-5s %6s | %9d | %8.3f %8.3f %8.3f | %7.1f %7.1f %8.1f %6.1f\n", part[1], part[2], part[3], part[4], f[6], f[7], f[8], f[9], f[11], f[12], f[13], f[11] + f[12] + f[13]
    }
    print "\nRound trips to the database a call: improved 1 (gate and function in one pipeline), reference 4 (BEGIN, gate, function, COMMIT)."
    for (name in memory) printf "Memory of %s at the end: %.1f MB\n", name, memory[name]
    print ""
    if (size != "smoke") {
        for (t = 1; t <= 2; t++) for (k = 1; k <= 2; k++) {
            transport = t == 1 ? "local" : "tls"; kind = k == 1 ? "read" : "book"
            name = (kind == "read" ? "reads" : "bookings") (transport == "tls" ? " over TLS" : " over the local socket")
            wanted = transport == "local" ? (kind == "read" ? 2.5 : 1.5) : (kind == "read" ? 1.5 : 1.2)
            a = of("improved", transport, kind, 64, 6); b = of("reference", transport, kind, 64, 6)
            bar(name ", against the reference's", b ? a / b : 0, ">=", wanted)
            bar(name ", p99 against the reference's", of("improved", transport, kind, 64, 8) / of("reference", transport, kind, 64, 8), "<=", 1)
            printf "%-78s %8.2f\n", name ", CPU of all a call: the reference's against ours", whole("reference", transport, kind, 64) / whole("improved", transport, kind, 64)
            bar(name ", against 1/(1/wire + 1/database)", a / bound(transport, kind), ">=", kind == "read" ? 0.6 : 0.85)
            bar(name ", one in flight, p50 against the reference's", of("improved", transport, kind, 1, 7) / of("reference", transport, kind, 1, 7), "<=", transport == "local" ? 1 : 1.3)
        }
        bar("improve school show over TLS, cold from the shell, ms", median("cold"), "<=", 25)
    } else
        printf "improve school show over TLS, cold from the shell: %.1f ms\n", median("cold")
    if (percent) {
        printf "\nNational data: 153 authorities, 24,021 schools, %s %% of 10 million bookings and 2 million visits, seeded in %d s.\n", percent, seeded
        for (k = 1; k <= 2; k++) for (i = 1; i <= 2; i++) {
            kind = k == 1 ? "read" : "book"; n = i == 1 ? 64 : 1
            bar((kind == "read" ? "reads" : "bookings") ", p50 among a nation's data against alone, " n " in flight", of("nation", "local", kind, n, 7) / of("one", "local", kind, n, 7), "<=", 1.3)
        }
        for (i = 1; i <= reports; i++) bar(report[i] ", ms", report_ms[i], "<=", 1000)
    }
    exit below
}
