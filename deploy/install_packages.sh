# install_packages FILE…: apt-get what the lists name and this machine lacks. Sourced by quickstart.sh and tests/run.sh.
# A line is a package, or COMMAND:PACKAGE for what may well be there from elsewhere (Node.js from its own repository
# brings npm along and conflicts with Debian's): installed only where the command is not found.
install_packages() {
    missing=
    for package in $(cat "$@" | sed 's/#.*//'); do
        case $package in
            *:*)
                command -v "${package%%:*}" > /dev/null || missing="$missing ${package#*:}"
                continue ;;
        esac
        [ "$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null)" = "install ok installed" ] || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    become=
    [ "$(id -u)" = 0 ] || become=sudo
    echo "installing:$missing"
    $become apt-get update -q >/dev/null || { echo "apt-get update failed" >&2; return 1; }
    # shellcheck disable=SC2086  # the list is words
    $become env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing >/dev/null ||
        { echo "apt-get could not install:$missing" >&2; return 1; }
}
