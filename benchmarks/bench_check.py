"""``tongban check`` on 1,135 real services, on 100,000 generated ones, and on half as many.

Each turn is a process of its own that runs the command as people do, so start-up, reading, every
check, the reform analysis and the printing of JSON all count; its peak memory is the kernel's
figure. The peers, in the same run: ``csv.DictReader`` over the same files, which checks nothing,
and for YAML the construction of the demonstration's files by PyYAML's C loader, which checks
nothing either. Twice the services should take at most twice the time.

    python benchmarks/bench_check.py [--json] [--services N] [--rounds N]
"""

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

AIM_SECONDS, AIM_MIB = 20, 1024
LISTING = Path(__file__).resolve().parents[2] / "shared/data/guangan_service_items.csv"
DAY = "2026-11-24"
ROWS_A_FILE = 20_000
HEADER = (
    "code,name,department,type,level,audience,kind,channels,statutory_limit.days,"
    "promised_limit.days,visits,local_code,keywords,guide_url"
)


def tongban(*words: str) -> tuple[float, float, int]:
    """Run a command; return seconds, peak MiB and its exit code."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", "from tongban.app.cli import main; main()", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return time.perf_counter() - began, used.ru_maxrss / 1024, process.returncode


def generate(folder: Path, services: int) -> Path:
    """Write an instance with so many services of 40 departments."""
    tongban("new", str(folder), "--division", "470182")
    rows = "".join(f"d{n},部门{n},government\n" for n in range(40))
    (folder / "departments").mkdir()
    (folder / "departments" / "more.csv").write_text("code,name,parent\n" + rows, "utf-8")
    for start in range(0, services, ROWS_A_FILE):
        path = folder / "services" / f"list-{start}.csv"
        with path.open("w", encoding="utf-8") as file:
            file.write(HEADER + "\n")
            for n in range(start, min(services, start + ROWS_A_FILE)):
                file.write(_row(n))
    return folder


def _row(n: int) -> str:
    kind = ("01", "05", "07", "20")[n % 4]
    local = f"511A{n:010}-511602000000-000-11511301008778183N-1-00"
    url = f"https://yunting.example/guide/{n}"
    return (
        f"s{n},第{n}项政务服务事项（县级权限）,d{n % 40},{kind},4,1;2,2,1;2,20,{5 + n % 10},"
        f"{n % 3},{local},企业开办;变更{n % 100},{url}\n"
    )


def imported(folder: Path) -> Path | None:
    """Return an instance with the real listing, None where that is not at hand."""
    if not LISTING.exists():
        return None
    tongban("new", str(folder), "--division", "470182")
    tongban("import", "service-items", str(LISTING), "--into", str(folder))
    return folder


def check(folder: Path, rounds: int) -> tuple[float, float]:
    """Return the median seconds and the peak MiB of checking a folder."""
    seconds, peaks = [], []
    for _ in range(rounds):
        took, peak, code = tongban("check", str(folder), "--format", "json", "--today", DAY)
        if code != 0:
            raise SystemExit(f"check of {folder} ended with {code}")
        seconds.append(took)
        peaks.append(peak)
    return statistics.median(seconds), max(peaks)


def only_read_csv(folder: Path) -> float:
    """Return the seconds that csv.DictReader takes over the services' tables."""
    began = time.perf_counter()
    for path in sorted((folder / "services").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for _row in csv.DictReader(file):
                pass
    return time.perf_counter() - began


def yaml_against_pyyaml(rounds: int) -> tuple[float, float]:
    """Return the seconds to load and check the demonstration, and to construct its files only."""
    import datetime as dt

    import yaml

    from tongban.app.instance import load
    from tongban.app.setup import demonstration_folder

    folder = demonstration_folder()
    texts = [path.read_text("utf-8") for path in sorted(folder.rglob("*.yaml"))]
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    ours, theirs = [], []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        load(folder, dt.date.fromisoformat(DAY))
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        for text in texts:
            yaml.load(text, Loader=loader)
        theirs.append(time.perf_counter() - began)
    return statistics.median(ours[1:]), statistics.median(theirs[1:])


def measure(services: int, rounds: int) -> dict[str, Any]:
    """Return every figure."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        whole = generate(base / "whole", services)
        half = generate(base / "half", services // 2)
        seconds, peak = check(whole, rounds)
        half_seconds, _ = check(half, rounds)
        reading = only_read_csv(whole)
        real = imported(base / "real")
        real_seconds = check(real, rounds)[0] if real is not None else None
    ours, theirs = yaml_against_pyyaml(rounds)
    return {
        "services": services,
        "seconds": round(seconds, 2),
        "peak_mib": round(peak),
        "half_seconds": round(half_seconds, 2),
        "growth": round(seconds / half_seconds, 2),
        "csv_dictreader_seconds": round(reading, 2),
        "against_csv_dictreader": round(seconds / reading, 1),
        "real_services_seconds": None if real_seconds is None else round(real_seconds, 2),
        "demonstration_seconds": round(ours, 3),
        "pyyaml_c_loader_seconds": round(theirs, 3),
        "against_pyyaml_c_loader": round(ours / theirs, 2),
        "aim_seconds": AIM_SECONDS,
        "aim_mib": AIM_MIB,
        "aim_met": seconds <= AIM_SECONDS and peak <= AIM_MIB,
    }


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true")
    options.add_argument("--services", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    found = measure(chosen.services, chosen.rounds)
    if chosen.json:
        print(json.dumps(found, indent=2))
        return
    n = f"{found['services']:,}"
    print(f"check of {n} services: {found['seconds']} s, peak {found['peak_mib']} MiB")
    print(f"  aim {AIM_SECONDS} s and {AIM_MIB} MiB: {'met' if found['aim_met'] else 'missed'}")
    print(f"  half as many: {found['half_seconds']} s, so twice takes {found['growth']} times")
    print(
        f"  csv.DictReader alone over the same rows: {found['csv_dictreader_seconds']} s "
        f"({found['against_csv_dictreader']} times)"
    )
    if found["real_services_seconds"] is None:
        print("  1,135 real services: ../shared/data is not here, not measured")
    else:
        print(f"  1,135 real services: {found['real_services_seconds']} s")
    print(
        f"  the demonstration, loaded and checked: {found['demonstration_seconds']} s; its YAML "
        f"constructed by PyYAML's C loader and not checked: {found['pyyaml_c_loader_seconds']} s "
        f"({found['against_pyyaml_c_loader']} times)"
    )
    print(f"  cores: {len(os.sched_getaffinity(0))}")


if __name__ == "__main__":
    main()
