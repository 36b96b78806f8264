#!/bin/sh
# The demonstration is started with the installed program on a free port, asked whether it is well,
# what its front page is called and for the styles and scripts that it names, and stopped.
set -eu
port=$(python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
address=http://127.0.0.1:$port

TONGBAN_LANGUAGE=en tongban serve --demonstration --data data --port "$port" >said 2>log &
server=$!
trap 'kill "$server" 2>/dev/null || true; cat log >&2' EXIT

fetch() {
    python -c 'import sys, urllib.request
print(urllib.request.urlopen(urllib.request.Request(sys.argv[1], headers={"Accept-Language": "en"}), timeout=60).read().decode())' "$1"
}

while ! grep -q "^Tongban is running" said; do
    kill -0 "$server"
    sleep 0.2
done
sed "s#$address#http://ADDRESS#" said | sed -n 1p
fetch "$address/healthz"
fetch "$address/" >page
sed -n 's/.*<title>\(.*\)<\/title>.*/\1/p' page
grep -o '/static/[^"]*' page | sort -u | while read -r file; do
    fetch "$address$file" >asked
    [ -s asked ]
    echo "has ${file%%\?*}"
done

kill "$server"
wait "$server"
trap - EXIT
echo stopped
