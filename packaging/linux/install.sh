#!/bin/sh
# Installs Personal AI @VERSION@ for you alone: no administrator, nothing outside your home folder.
#
#   sh personal-ai-@VERSION@-linux-x86_64.run [--prefix FOLDER] [--uninstall]
#
# The program goes to ~/.local/opt/personal-ai (or FOLDER), a link to ~/.local/bin, the menu entry to ~/.local/share.
# Your notes are elsewhere and are never touched, by this script or by the uninstaller that it leaves behind.
set -eu

version=@VERSION@
glibc=@GLIBC@
kibibytes=@KIBIBYTES@
header=@HEADER_BYTES@
share_bytes=@SHARE_BYTES@
app_bytes=@APP_BYTES@
app_sha256=@APP_SHA256@
prefix=$HOME/.local/opt/personal-ai
bin=$HOME/.local/bin
share=${XDG_DATA_HOME:-$HOME/.local/share}
uninstall=no

say() { printf '%s\n' "$*"; }
stop() {
    printf '%s\n' "$*" >&2
    exit 2
}

while [ $# -gt 0 ]; do
    case $1 in
    --prefix)
        [ $# -ge 2 ] || stop "--prefix needs a folder."
        prefix=$2
        shift
        ;;
    --uninstall) uninstall=yes ;;
    *)
        say "Use: sh $0 [--prefix FOLDER] [--uninstall]"
        [ "$1" = --help ] && exit 0
        exit 2
        ;;
    esac
    shift
done
case $prefix in
/*) ;;
*) prefix=$(pwd)/$prefix ;;
esac

if [ $uninstall = yes ]; then
    [ -x "$prefix/uninstall" ] || stop "There is no Personal AI in $prefix."
    exec "$prefix/uninstall"
fi

[ "$(uname -s)" = Linux ] || stop "This is for Linux, and this computer runs $(uname -s)."
[ "$(uname -m)" = x86_64 ] || stop "This is for 64-bit Intel and AMD processors, and this one is $(uname -m)."
grep -qw sse4_2 /proc/cpuinfo || stop "This processor is too old for Personal AI: it lacks SSE 4.2."
libc=$(getconf GNU_LIBC_VERSION 2>/dev/null | cut -d' ' -f2) || libc=
[ -n "$libc" ] || stop "Personal AI needs a Linux with glibc $glibc or newer, and this one has another C library."
[ "$(printf '%s\n' "$glibc" "$libc" | sort -V | head -n1)" = "$glibc" ] ||
    stop "This system is too old for Personal AI: its glibc is $libc, and $glibc or newer is needed."
for tool in tar xz tail head sha256sum; do
    command -v $tool >/dev/null || stop "The program $tool is needed to unpack Personal AI. Install it and run this again."
done

mkdir -p "$prefix/versions" "$bin" "$share" 2>/dev/null || stop "Nothing may be written to $prefix: choose another place with --prefix."
[ -w "$prefix/versions" ] || stop "Nothing may be written to $prefix: choose another place with --prefix."
free=$(df -Pk "$prefix" | awk 'NR == 2 { print $4 }')
[ "$free" -gt $((kibibytes + 65536)) ] ||
    stop "There is not enough room: $((kibibytes / 1024 + 64)) MB are needed in $prefix and $((free / 1024)) MB are free."

app() { tail -c +$((header + share_bytes + 1)) "$0" | head -c "$app_bytes"; }
entries() { tail -c +$((header + 1)) "$0" | head -c "$share_bytes"; }

say "Installing Personal AI $version in $prefix"
[ "$(app | sha256sum | cut -d' ' -f1)" = "$app_sha256" ] ||
    stop "This file was damaged on its way, or is not complete. Copy or download it again; nothing was installed."
draft=$prefix/versions/.$version.$$
trap 'rm -rf "$draft"' EXIT
trap 'exit 130' INT TERM
mkdir "$draft"
app | tar -xJf - -C "$draft"
lacks=$({ find "$draft" \( -name '*.so*' -o -name personal-ai \) -type f -exec env LD_LIBRARY_PATH="$draft/_internal" ldd {} + 2>/dev/null || true; } |
    awk '/not found/ { print $1 }' | sort -u | tr '\n' ' ')
[ -z "$lacks" ] || say "Your system lacks libraries that the window needs: $lacks— install them with your package manager."
rm -rf "$prefix/versions/$version"
mv "$draft" "$prefix/versions/$version"

if [ -L "$prefix/current" ] && [ "$(readlink "$prefix/current")" != "versions/$version" ]; then
    ln -sfn "$(readlink "$prefix/current")" "$prefix/previous"
fi
ln -sfn "versions/$version" "$prefix/.current.$$"
mv -fT "$prefix/.current.$$" "$prefix/current"
ln -sfn "$prefix/current/personal-ai" "$bin/personal-ai"

entries | tar -xJf - -C "$share"
desktop=$share/applications/personal-ai.desktop
sed -i "s|^Exec=personal-ai|Exec=\"$prefix/current/personal-ai\"|; s|^TryExec=.*||" "$desktop"
entries | tar -tJf - | grep -v '/$' >"$prefix/entries"

cat >"$prefix/uninstall" <<END
#!/bin/sh
# Removes Personal AI, and leaves your notes, chats and what was learned where they are.
set -eu
while IFS= read -r name; do
    [ -d "$share/\$name" ] || rm -f "$share/\$name"
done <"$prefix/entries"
[ "\$(readlink "$bin/personal-ai" || true)" != "$prefix/current/personal-ai" ] || rm -f "$bin/personal-ai"
rm -rf "$prefix/versions" "$prefix/learning" "$prefix/current" "$prefix/previous" "$prefix/entries" "$prefix/uninstall"
rmdir "$prefix" 2>/dev/null || true
update-desktop-database "$share/applications" >/dev/null 2>&1 || true
update-mime-database "$share/mime" >/dev/null 2>&1 || true
printf '%s\n' "Personal AI is removed. Your data stays in ${XDG_DATA_HOME:-$HOME/.local/share}/Personal AI."
END
chmod 755 "$prefix/uninstall"
update-desktop-database "$share/applications" >/dev/null 2>&1 || true
update-mime-database "$share/mime" >/dev/null 2>&1 || true

say "Done. Personal AI is in your menu; in a terminal it is $bin/personal-ai."
say "To remove it: $prefix/uninstall"
exit 0
