#!/bin/sh
# Writes the part of the image that is not a binary of ours: the same script serves the Dockerfile's
# build stage and `cargo xtask stage`, so both images have the same content.
#
#   image/rootfs.sh DIR
#
# Needs Debian's packages busybox-static and ca-certificates.
set -eu

out=${1:?usage: image/rootfs.sh DIR}
mkdir -p "$out/bin" "$out/etc/ssl/certs" "$out/tmp" "$out/usr/share/doc/busybox"

# For temporary files: world-writable, sticky, as everywhere.
chmod 1777 "$out/tmp"

# Kubernetes runners start a container with `tail` and run the entry point through `sh`.
busybox=$(command -v busybox)
if ldd "$busybox" >/dev/null 2>&1; then
  echo "image/rootfs.sh: $busybox is not static; install Debian's busybox-static" >&2
  exit 1
fi
install -m 0755 "$busybox" "$out/bin/busybox"
ln -sf busybox "$out/bin/sh"
ln -sf busybox "$out/bin/tail"

# busybox is GPL-2: its licence and the place of its source travel with it.
install -m 0644 /usr/share/common-licenses/GPL-2 "$out/usr/share/doc/busybox/GPL-2"
install -m 0644 /usr/share/doc/busybox-static/copyright "$out/usr/share/doc/busybox/copyright"
version=$(dpkg-query --show --showformat='${source:Package} ${source:Version}' busybox-static)
cat >"$out/usr/share/doc/busybox/SOURCE" <<END
/bin/busybox is Debian's busybox-static, unchanged, built from source package: $version
The complete source: https://snapshot.debian.org/package/busybox/
END
chmod 0644 "$out/usr/share/doc/busybox/SOURCE"

# The public roots only, never what the building machine trusts in addition.
find /usr/share/ca-certificates/mozilla -name '*.crt' -type f | LC_ALL=C sort |
  while read -r certificate; do
    cat "$certificate"
    echo
  done | sed '/^$/d' >"$out/etc/ssl/certs/ca-certificates.crt"
grep -q 'BEGIN CERTIFICATE' "$out/etc/ssl/certs/ca-certificates.crt"
chmod 0644 "$out/etc/ssl/certs/ca-certificates.crt"

# Names for the ids that own files; programs that look up their home find one.
cat >"$out/etc/passwd" <<END
root:x:0:0:root:/tmp:/bin/sh
nobody:x:65534:65534:nobody:/tmp:/bin/sh
END
chmod 0644 "$out/etc/passwd"
