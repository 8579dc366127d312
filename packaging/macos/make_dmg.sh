#!/bin/sh
# Makes the app bundle and the disk image for macOS. It has not been run yet: nobody who packages had a Mac at hand.
#
#   sh packaging/macos/make_dmg.sh VERSION [SIGNING_IDENTITY]
#
# Needs a finished set-up (`python3 packaging/dev.py setup`) and the developer tools of Xcode. Without a signing identity
# the bundle is signed for this machine only. With one, hand the result to `xcrun notarytool submit --wait` and
# `xcrun stapler staple` before giving it to others.
set -eu

[ $# -ge 1 ] || {
    echo "Use: sh $0 VERSION [SIGNING_IDENTITY]" >&2
    exit 2
}
version=$1
identity=${2:--}
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$root/build
app=$build/macos/Personal\ AI.app
contents=$app/Contents
python=$root/.venv/bin/python

"$python" -m pip install --quiet pyinstaller
PERSONAL_AI_ROOT=$root "$python" -m PyInstaller --noconfirm --log-level=WARN \
    --distpath "$build/frozen" --workpath "$build/work" "$root/packaging/personal-ai.spec"

# Of llama.cpp's libraries the real files, once, under the names that they are loaded by.
libraries=$build/frozen/personal-ai/_internal/llama_cpp/lib
source=$("$python" -c 'import llama_cpp, pathlib; print(pathlib.Path(llama_cpp.__file__).parent / "lib")')
mkdir -p "$libraries"
cp -L "$source"/libllama.dylib "$source"/libmtmd.dylib "$source"/libggml*.dylib "$libraries"

rm -rf "$app"
mkdir -p "$contents/MacOS" "$contents/Resources"
cp -R "$build/frozen/personal-ai/" "$contents/MacOS/"
sed "s/@VERSION@/$version/g" "$root/packaging/macos/Info.plist" >"$contents/Info.plist"

# The icon: one picture in every size that the Finder asks for.
icons=$build/macos/personal-ai.iconset
rm -rf "$icons"
mkdir -p "$icons"
qlmanage -t -s 1024 -o "$build/macos" "$root/resources/icons/app.svg" >/dev/null
for size in 16 32 128 256 512; do
    sips -z $size $size "$build/macos/app.svg.png" --out "$icons/icon_${size}x${size}.png" >/dev/null
    double=$((size * 2))
    sips -z $double $double "$build/macos/app.svg.png" --out "$icons/icon_${size}x${size}@2x.png" >/dev/null
done
iconutil -c icns -o "$contents/Resources/personal-ai.icns" "$icons"

find "$contents/MacOS" \( -name '*.so' -o -name '*.dylib' \) -type f -exec codesign --force --sign "$identity" {} +
codesign --force --options runtime --entitlements "$root/packaging/macos/entitlements.plist" --sign "$identity" "$app"
codesign --verify --deep --strict "$app"

image=$root/dist/personal-ai-$version-macos-$(uname -m).dmg
stage=$build/macos/image
rm -rf "$stage" "$image"
mkdir -p "$stage" "$root/dist"
cp -R "$app" "$stage/"
ln -s /Applications "$stage/Applications"
hdiutil create -volname "Personal AI" -srcfolder "$stage" -fs HFS+ -format UDZO -ov "$image"
echo "$image"
