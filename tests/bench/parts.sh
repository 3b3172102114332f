# shellcheck shell=bash
# What tests/bench/run is made of. Figures go to $room/figures, tab-separated: round, who, transport, kind, in flight; then calls a second, p50, p99,
# p99.9, longest (ms), CPU µs a call of client, server and database.

READ=/improve.v1.Schools/GetSchool
BOOK=/improve.v1.Cpd/BookPlaces
BOOK_JSON='{"session_id":"se-@session","school_urn":@urn,"delegates":[{"name":"Delegate @n"}]}'
LINKS=4 # connections of each load, as improved takes 32 calls in flight on one
declare -A pids=()
sessions=2000 rate=0 # for measure: sessions that each authority's calls go through; calls a second of an open loop, 0 for a closed one
first=0 # number of the next load's first call: no delegate is booked twice

# prepare builds, makes cluster and database, and fills them with one authority.
prepare() {
    build=${BENCH_BUILD:-$root/build}
    if [ -z "${BENCH_BUILD:-}" ]; then
        local reference=OFF
        local -a targets=(improved improve load echo statements)
        if [ "$size" != smoke ]; then
            packages_install bench
            reference=ON
            targets+=(reference reference_load)
        fi
        cmake --preset release -DIMPROVE_REFERENCE="$reference" -DCMAKE_CXX_FLAGS_RELEASE=-O2 >/dev/null
        cmake --build "$build" --target "${targets[@]}" -- --quiet
    fi
    export IMPROVED=$build/bin/improved IMPROVE=$build/bin/improve
    room=$(mktemp -d /tmp/improve-bench-XXXXXX)
    chmod 0755 "$room"
    cluster=$(readlink -f "${BENCH_CLUSTER:-$room/cluster}")
    if [ -z "${BENCH_CLUSTER:-}" ]; then
        pg_make_room "$cluster"
        cluster=$(readlink -f "$cluster")
        pg_init "$cluster"
        pg_start "$cluster"
    fi
    "$IMPROVED" admin tls --out "$room/tls" >/dev/null
    make_database one 1 1
}

# make_database NAME PERCENT AUTHORITIES makes a database, its data, and a caller: an administrator of the authority 101.
make_database() {
    tests/support/cluster fresh "$cluster" "bench_$1" 2>/dev/null
    tests/bench/seed "$(superuser "$1")" "$2" "$3"
    "$IMPROVED" admin token create --name bench --authority 101 --persona la_admin --out "$room/token-$1" --database "$(superuser "$1")" 2>/dev/null
    echo "101 $(cat "$room/token-$1") 200000 157" >"$room/callers-$1"
}

superuser() { tests/support/cluster conninfo "$cluster" "bench_$1"; }
server_role() { superuser "$1" | sed 's/user=[^ ]*/user=improve_exec/'; }
sql() { psql -X -q -A -t -d "$(superuser "$data")" -c "$1"; }
statement() { "$build/tests/statements" "$(server_role "$data")" "$1" "$2"; }

# finish ends what runs, and forgets it.
finish() {
    for pid in "${pids[@]}"; do
        kill -CONT "$pid" 2>/dev/null || true
        kill "$pid" 2>/dev/null || true
    done
    wait 2>/dev/null || true
    if [ -z "${BENCH_CLUSTER:-}" ]; then
        tests/support/cluster stop "$cluster" || true
    fi
    rm -rf "$room"
}

# started NAME waits until a server says that it is ready.
started() {
    local i
    for ((i = 0; i < 300; i++)); do
        [ ! -s "$room/$1.ready" ] || return 0
        sleep 0.1
    done
    cat "$room/$1.log" >&2
    return 1
}

free_port() {
    awk 'FILENAME ~ /tcp/ && $4 == "0A" { split($2, a, ":"); taken[a[2]] = 1 }
        END { for (p = 48500 + '"$1"'; ; p++) if (!(sprintf("%04X", p) in taken)) { print p; exit } }' /proc/net/tcp /proc/net/tcp6
}

# start_improved NAME starts it on a database, with the settings it comes with: but one authority may call as often as it can.
start_improved() {
    data=$1
    rm -f "$room/improved.ready"
    tls_port=$(free_port 0)
    "$IMPROVED" serve --set "listen=ipc://$room/improved.sock,tls+tcp://127.0.0.1:$tls_port" --set "database=$(server_role "$1")" \
        --set "tls_certificate=$room/tls/server.crt" --set "tls_key=$room/tls/server.key" --set authority_rate=0 \
        --ready-file "$room/improved.ready" >/dev/null 2>"$room/improved.log" &
    pids[improved]=$!
    started improved
    [ "$size" = smoke ] || warm_up
}

# warm_up makes the caller known: its first call is a stranger's to the lanes, which share out what they have among all who called within ten seconds.
warm_up() {
    "$build/tests/load" --url "ipc://$room/improved.sock" --callers "$room/callers-$data" --in-flight 1 --seconds 0.2 $READ '{"urn":@urn}' >/dev/null 2>&1
    sleep 11
}

stop_improved() {
    kill "${pids[improved]}"
    wait "${pids[improved]}" || true
    unset 'pids[improved]'
}

start_reference() {
    reference_port=$(free_port 100)
    "$build/tests/reference" --database "$(server_role "$1")" --gate "$(statement $READ gate)" --read "$(statement $READ function)" \
        --write "$(statement $BOOK function)" --socket "$room/reference.sock" --port "$reference_port" --certificate "$room/tls/server.crt" \
        --key "$room/tls/server.key" --ready "$room/reference.ready" >/dev/null 2>"$room/reference.log" &
    pids[reference]=$!
    started reference
}

# ticks PID … prints the CPU time of processes and of the children they have waited for, in clock ticks.
ticks() {
    local pid sum=0
    for pid in "$@"; do
        [ ! -r "/proc/$pid/stat" ] || sum=$((sum + $(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | awk '{ print $12 + $13 + $14 + $15 }')))
    done
    echo "$sum"
}

database_pids() {
    local postmaster
    postmaster=$(as_pg head -n 1 "$cluster/data/postmaster.pid")
    echo "$postmaster" "$(pgrep -P "$postmaster" | tr '\n' ' ')"
}

# alone NAME stops all servers but one, so that none works while another is measured; none is left with the sealer's backlog.
alone() {
    local name i
    for name in "${!pids[@]}"; do
        [ "$name" = "$1" ] || kill -STOP "${pids[$name]}"
    done
    [ -z "${pids[$1]:-}" ] || kill -CONT "${pids[$1]}"
    for ((i = 0; i < 300; i++)); do
        [ "$1" = improved ] || break
        [ "$(sql 'select count(*) from audit.pending')" != 0 ] || break
        sleep 0.1
    done
}

# measure ROUND WHO TRANSPORT KIND IN_FLIGHT
measure() {
    local load url method=$READ json='{"urn":@urn}' line server0 database0 links=$LINKS
    alone "$2"
    case $2-$3 in
    improved-local) load=load url=ipc://$room/improved.sock ;;
    improved-tls) load=load url=tls+tcp://127.0.0.1:$tls_port ;;
    reference-local) load=reference_load url=unix:$room/reference.sock ;;
    reference-tls) load=reference_load url=127.0.0.1:$reference_port ;;
    esac
    [ "$4" = read ] || { method=$BOOK json=$BOOK_JSON; }
    [ "$5" -ge "$links" ] || links=$5
    set -- "$@" --url "$url" --callers "$room/callers-$data" --links "$links" --in-flight "$5" --seconds "$seconds" --from "$first" --sessions "$sessions"
    [ "$rate" = 0 ] || set -- "$@" --rate "$rate"
    [ "$3" = local ] || set -- "$@" --ca "$room/tls/ca.crt"
    first=$((first + 10000000))
    server0=$(ticks "${pids[$2]}")
    # shellcheck disable=SC2046 # one word each
    database0=$(ticks $(database_pids))
    if ! line=$("$build/tests/$load" "${@:6}" "$method" "$json" 2>"$room/load.log"); then
        cat "$room/load.log" >&2
        return 1
    fi
    [ "$load" != load ] || sizes[$4]=$(sed -n 's/^request \([0-9]*\) reply \([0-9]*\)$/\1 \2/p' "$room/load.log")
    # shellcheck disable=SC2046
    note "$1 $2 $3 $4 $5" "$line" $(($(ticks "${pids[$2]}") - server0)) $(($(ticks $(database_pids)) - database0))
}
declare -A sizes=()

# note KEY LINE SERVER_TICKS DATABASE_TICKS
note() {
    awk -v key="$1" -v server="$3" -v database="$4" -v hz="$(getconf CLK_TCK)" -v seconds="$seconds" 'BEGIN { OFS = "\t" } {
        gsub(/ /, OFS, key); calls = $1 * seconds
        print key, $1, $2, $3, $4, $5, $6, server * 1e6 / hz / calls, database * 1e6 / hz / calls }' <<<"$2" >>"$room/figures"
}

# measure_wire ROUND TRANSPORT KIND IN_FLIGHT: requests and replies of nng's own, of the sizes that improved's have.
measure_wire() {
    local url=ipc://$room/echo.sock pid line request=${sizes[$3]% *} reply=${sizes[$3]#* } port
    local -a key=() ca=()
    alone none
    if [ "$2" = tls ]; then
        port=$(free_port 200)
        url=tls+tcp://127.0.0.1:$port
        cat "$room/tls/server.crt" "$room/tls/server.key" >"$room/echo.pem"
        key=("$room/echo.pem") ca=("$room/tls/ca.crt")
    fi
    "$build/tests/echo" serve "$url" "$reply" "${key[@]}" &
    pid=$!
    sleep 0.2
    line=$("$build/tests/echo" call "$url" "$request" "$4" "$seconds" "${ca[@]}")
    kill "$pid"
    wait "$pid" 2>/dev/null || true
    note "$1 wire $2 $3 $4" "$line" 0 0
}

# bound_to TEXT VALUE … puts values in the places of a statement's parameters, the last first: $11 before $1.
bound_to() {
    local text=$1 i
    shift
    for ((i = $#; i > 0; i--)); do
        text=${text//"\$$i"/"${!i}"}
    done
    echo "$text;"
}

# measure_database ROUND KIND: the same statements, pipelined by pgbench on as many connections as improved has for them.
measure_database() {
    local clients=4 plans=auto write=f method=$READ function=schools.get_school id=:id line hash database0
    local -a values=(:urn null null)
    alone none
    if [ "$2" = book ]; then
        clients=12 plans=force_generic_plan write=t method=$BOOK function=cpd.book_places id='gen_random_uuid()'
        values=("'se-' || :session::text" :urn "jsonb_build_array(jsonb_build_object('name', 'Delegate ' || :name::text))" null null :hash
            "jsonb_build_object('session_id', 'se-' || :session::text, 'school_urn', :urn::integer, 'delegates', '[{\"name\":\"Delegate\"}]'::jsonb)")
    fi
    hash="\\x$(tr -d '\n' <"$room/token-$data" | sha256sum | cut -d ' ' -f 1)"
    {
        printf '%s\n' '\set urn random(200000, 200156)' '\set session random(1, 2000)' '\set name random(1000000000, 9000000000000)' '\startpipeline'
        bound_to "$(statement "$method" gate)" :hash :authority :method :function :write "$id" :left :no null null null
        # pgbench takes :MI of a format for a variable.
        bound_to "$(statement "$method" function | sed 's/:\([A-Z]\)/":"\1/g')" "${values[@]}"
        printf '%s\n' '\endpipeline'
    } >"$room/statements"
    # shellcheck disable=SC2046
    database0=$(ticks $(database_pids))
    line=$(PGOPTIONS="-c jit=off -c search_path=public -c DateStyle=ISO -c TimeZone=Europe/London -c plan_cache_mode=$plans" pgbench -n -M prepared -f "$room/statements" \
        -c "$clients" -j 2 -T "$(awk -v s="$seconds" 'BEGIN { print s < 1 ? 1 : s }')" -D "hash=$hash" -D authority=101 -D "method=$method" \
        -D "function=$function" -D "write=$write" -D id=00000000-0000-4000-8000-000000000000 -D left=10000 -D no=f "$(server_role "$data")" 2>&1) ||
        { echo "$line" >&2 && return 1; }
    line=$(awk '/^tps/ { tps = $3 } /^latency average/ { ms = $4 } END { printf "%.0f\t%s\t0\t0\t0\t0\n", tps, ms }' <<<"$line")
    # shellcheck disable=SC2046
    note "$1 database - $2 $clients" "$line" 0 $(($(ticks $(database_pids)) - database0))
}

note_memory() {
    local name
    for name in "${!pids[@]}"; do
        awk -v name="$name" '/^VmRSS/ { printf "-\tmemory\t%s\t%.1f\n", name, $2 / 1024 }' "/proc/${pids[$name]}/status" >>"$room/figures"
    done
}

write_profile() {
    (umask 077 && printf '[profile bench]\nurl = tls+tcp://127.0.0.1:%s\nca = %s\ntoken_file = %s\nauthority = 101\n' "$tls_port" "$room/tls/ca.crt" \
        "$room/token-$data" >"$room/profiles")
    export IMPROVE_CONFIG=$room/profiles IMPROVE_PROFILE=bench
}

# measure_cold runs the client from the shell over TLS, as people do.
measure_cold() {
    local i began runs=50
    [ "$size" != smoke ] || runs=3
    alone improved
    write_profile
    for ((i = 0; i < runs; i++)); do
        began=${EPOCHREALTIME/./}
        "$IMPROVE" school show 200001 >/dev/null
        printf -- '-\tcold\t%d\n' $((${EPOCHREALTIME/./} - began)) >>"$room/figures"
    done
}

# measure_nation seeds all authorities, and measures one's calls among them, and its reports.
measure_nation() {
    local n began method
    began=$SECONDS
    make_database nation "$percent" 153
    printf -- '-\tseeded\t%s\t%d\n' "$percent" $((SECONDS - began)) >>"$room/figures"
    for data in one nation one nation one nation; do
        stop_improved
        start_improved $data
        for kind in read book; do
            for n in 64 1; do
                measure 1 improved local "$kind" "$n"
                sed -i "\$s/^1\timproved\tlocal/1\t$data\tlocal/" "$room/figures"
            done
        done
    done
    measure_mixed
    write_profile
    "$IMPROVE" list-methods | grep -o '/improve.v1.Reports/[A-Za-z]*' | sort -u | while read -r method; do
        began=${EPOCHREALTIME/./}
        if "$IMPROVE" call "$method" "$(report_request "${method##*/}")" >/dev/null 2>"$room/report.log" </dev/null; then
            printf -- '-\treport\t%s\t%d\n' "${method##*/}" $((${EPOCHREALTIME/./} - began)) >>"$room/figures"
        else
            printf '%s: %s\n' "${method##*/}" "$(head -n 1 "$room/report.log")" >&2
        fi
    done
}

# measure_mixed has 20 authorities call at once: as fast as they can, and at half that rate, come what may.
measure_mixed() {
    local authority kind
    for authority in $(seq 101 120); do
        "$IMPROVED" admin token create --name bench --authority "$authority" --persona la_admin --out "$room/token" --database "$(superuser nation)" 2>/dev/null
        echo "$authority $(cat "$room/token") $((200000 + (authority - 101) * 157)) 157"
        rm "$room/token"
    done >"$room/callers-mixed"
    mv "$room/callers-nation" "$room/callers-first"
    mv "$room/callers-mixed" "$room/callers-nation"
    sessions=200
    for kind in read book; do
        measure 1 improved local "$kind" 64
        sed -i '$s/^1\timproved/1\tmixed/' "$room/figures"
        rate=$(tail -n 1 "$room/figures" | awk '{ print int($6 / 2) }')
        measure 1 improved local "$kind" 64
        sed -i '$s/^1\timproved/1\topen/' "$room/figures"
        rate=0
    done
    mv "$room/callers-first" "$room/callers-nation"
}

# report_request prints what a report must be asked.
report_request() {
    case $1 in
    ConsultancyStatement) echo '{"other":"102","from":"2026-09-01","to":"2026-09-30"}' ;;
    InspectionMoves) echo '{"from":"2024-08-31","to":"2026-08-31"}' ;;
    QaSample) echo '{"size":20}' ;;
    SchoolStatement) echo '{"school_urn":200001,"from":"2016-09-01"}' ;;
    *) echo '{}' ;;
    esac
}

say_machine() {
    printf '%s, %s, %s cores of %s, by %s, load %s\n\n' "$(git describe --always --dirty 2>/dev/null || echo '?')" "$(date +%F)" "$(nproc)" \
        "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" "${BENCH_GOES:-itself}" "$(cut -d ' ' -f 1 /proc/loadavg)"
}
