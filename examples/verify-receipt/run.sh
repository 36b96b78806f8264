#!/bin/sh
# A receipt from the public ledger is verified with nothing but its file and whom we trust;
# then one letter of it is changed, and it no longer verifies.
set -eu
export TONGBAN_LANGUAGE=en

tongban verify "$EXAMPLE/receipt.tlog-proof" --key "$EXAMPLE/policy"
echo "exit $?"

echo "-- the person concerned shows that the entry is about them"
tongban verify "$EXAMPLE/receipt.tlog-proof" --key "$EXAMPLE/policy" \
    --opening "$EXAMPLE/opening.json" | tail -n 1

echo "-- the same receipt, said to be of another place in the log"
sed 's/^index 417$/index 418/' "$EXAMPLE/receipt.tlog-proof" >changed.tlog-proof
code=0
tongban verify changed.tlog-proof --key "$EXAMPLE/policy" 2>&1 || code=$?
echo "exit $code"
