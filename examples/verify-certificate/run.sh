#!/bin/sh
# A sealed document and a credential are verified with nothing but whom we trust;
# then one byte of each is changed, and they no longer verify.
set -eu
export TONGBAN_LANGUAGE=en
day=2026-11-25

tongban certificate verify "$EXAMPLE/certificate.pdf" --trust "$EXAMPLE/trust.pem" --at $day

echo "-- a credential of which the holder shows a part"
tongban certificate verify "$EXAMPLE/shown.sd-jwt" --trust "$EXAMPLE/trust.pem" \
    --status "$EXAMPLE/status.jwt" --kind "$EXAMPLE/kind.json" --at $day

echo "-- the same without what its kind is"
tongban certificate verify "$EXAMPLE/shown.sd-jwt" --trust "$EXAMPLE/trust.pem" --at $day

echo "-- the document with one byte changed"
{ head -c 20000 "$EXAMPLE/certificate.pdf"; printf 'X'; tail -c +20002 "$EXAMPLE/certificate.pdf"; } >changed.pdf
code=0
tongban certificate verify changed.pdf --trust "$EXAMPLE/trust.pem" --at $day 2>&1 || code=$?
echo "exit $code"

echo "-- the credential with another amount"
sed 's/~[^~]*~$/~WyJzYWx0IiwiYW1vdW50Iiw5OTk5OTldCg~/' "$EXAMPLE/shown.sd-jwt" >changed.sd-jwt
code=0
tongban certificate verify changed.sd-jwt --trust "$EXAMPLE/trust.pem" --at $day 2>&1 || code=$?
echo "exit $code"

echo "-- two years later"
code=0
tongban certificate verify "$EXAMPLE/shown.sd-jwt" --trust "$EXAMPLE/trust.pem" --at 2028-11-25 2>&1 || code=$?
echo "exit $code"
