"""What a department's system does: see what it may use, read one element on record, prove the record.

python read.py ADDRESS KEY
"""

import sys
import time
from pathlib import Path

from tongban_client import Problem, ReadRequest, Tongban

address, key = sys.argv[1:]
government = Tongban(address, key)

grants = government.grants_page(department="medical-insurance", standing="in_effect")
print(f"{grants['total']} grants in effect for medical-insurance")
grant = next(each for each in grants["data"] if each["without_case"])
print(f"by {grant['code']} without a case: {grant['resource']}, resting on {grant['rests_on']}")

request: ReadRequest = {
    "subject": "470181197906309016",
    "elements": ["person.name"],
    "purpose": grant["code"],
    "occasion": "inspection",
    "occasion_reference": "JC-2026-0012",
}
found = government.exchange_read(request, code=grant["resource"])
print(f"{found['outcome']}: {found['values']}, masked: {found['masked']}")

without: ReadRequest = {
    "subject": request["subject"],
    "elements": request["elements"],
    "purpose": request["purpose"],
}
try:
    government.exchange_read(without, code=grant["resource"])
except Problem as problem:
    print(f"refused: {problem.status} {problem.code}")

entry = government.ledger_entry(identifier=found["ledger_entry"])
print(f"on record as {entry['kind']}: {entry['public']['outcome']}, {entry['public']['occasion']}")

receipt = f"{found['ledger_entry']}.tlog-proof"
for _ in range(100):  # the entry is numbered and signed within seconds
    try:
        Path("receipt.tlog-proof").write_text(government.ledger_proof(name=receipt), "utf-8")
        break
    except Problem as problem:
        if problem.code != "ledger.proof_pending":
            raise
        time.sleep(0.2)
Path("policy").write_text(government.ledger_policy(), "utf-8")
print("receipt kept")
