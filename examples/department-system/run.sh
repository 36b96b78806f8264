#!/bin/sh
# A department's system gets a key in a demonstration that is served, reads one element by law, is refused
# another, and verifies offline the receipt of what it did.
set -eu
export TONGBAN_LANGUAGE=en
port=$(python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
address=http://127.0.0.1:$port

tongban serve --demonstration --data data --port "$port" >said 2>log &
server=$!
trap 'kill "$server" 2>/dev/null || true; cat log >&2' EXIT
while ! grep -q "^Tongban is running" said; do
    kill -0 "$server"
    sleep 0.2
done

key=$(tongban client add inspection --department medical-insurance --data data | tail -n 1)
python "$EXAMPLE/read.py" "$address" "$key"
tongban verify receipt.tlog-proof --key policy | sed -n 1p

kill "$server"
wait "$server"
trap - EXIT
