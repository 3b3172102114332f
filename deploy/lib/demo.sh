# shellcheck shell=sh
# The demonstration: five fictional authorities. Sourced by deploy/run; $root and $room as in server.sh.

demo_codes() { :; }
demo_make() { :; }
demo_load() { :; }
demo_show() { :; }
