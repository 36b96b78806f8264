"""How long a listing of a million services takes to become definitions, and how much memory.

The peer is Python's own csv module reading the same file once; the import reads it twice, recognises,
checks and writes. Prints the ratio.
"""

import csv
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
_HEAD = ("事项名称", "实施主体", "实施编码", "事项类型", "承诺办结时限", "服务对象", "办理地点")


def write(path: Path, rows: int) -> None:
    """Write a listing."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEAD)
        for number in range(rows):
            department = f"第{number % 60}局"
            writer.writerow(
                (
                    f"事项{number}",
                    department,
                    f"X-{number}",
                    "行政许可",
                    "5个工作日",
                    "自然人;企业法人",
                    "一楼",
                )
            )


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "listing.csv"
        write(path, ROWS)
        start = time.perf_counter()
        with path.open(encoding="utf-8", newline="") as file:
            read = sum(1 for _ in csv.reader(file)) - 1
        plain = time.perf_counter() - start
        start = time.perf_counter()
        command = [
            str(Path(sys.executable).with_name("tongban")),
            "import",
            "service-items",
            str(path),
        ]
        subprocess.run(
            [*command, "--into", f"{folder}/into"], check=True, stdout=subprocess.DEVNULL
        )
        taken = time.perf_counter() - start
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        peak, busy = used.ru_maxrss / 1024, used.ru_utime + used.ru_stime
        size = path.stat().st_size / 1024 / 1024
        print(f"{read} rows, {size:.0f} MiB: csv alone {plain:.1f} s, import {taken:.1f} s")
        print(f"ratio {taken / plain:.1f}, {busy:.0f} s of processor time, peak {peak:.0f} MiB")


if __name__ == "__main__":
    main()
