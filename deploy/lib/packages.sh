# shellcheck shell=sh
# Debian packages, from deploy/packages. Sourced by deploy/run and deploy/test; $root is the checkout.

# packages_missing GROUP … prints the packages of these groups that are not installed.
packages_missing() {
    for packages_group; do
        awk -v group="$packages_group" '$1 == group { print $2 }' "$root/deploy/packages"
    done | sort -u | while read -r packages_name; do
        [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$packages_name" 2>/dev/null)" = installed ] || echo "$packages_name"
    done
}

# as_root runs a command as root, through sudo where the caller is not.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "packages are missing, and only root can install them (sudo is not there): $packages_wanted" >&2
        return 1
    fi
}

# packages_install GROUP … installs what is missing of these groups, and does not touch the network when nothing is.
packages_install() {
    packages_wanted=$(packages_missing "$@" | tr '\n' ' ')
    [ -n "$packages_wanted" ] || return 0
    echo "installing: $packages_wanted"
    packages_log=$(mktemp)
    # shellcheck disable=SC2086 # one word each
    if as_root apt-get --quiet=2 update >"$packages_log" 2>&1 &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get --quiet=2 --yes --no-install-recommends install $packages_wanted \
            >>"$packages_log" 2>&1 </dev/null; then
        rm -f "$packages_log"
        return
    fi
    tail -n 20 "$packages_log" >&2
    echo "the packages could not be installed; all of apt-get's output is in $packages_log" >&2
    return 1
}
