"""Inputs of the example, and what must become of them: written without the worker's code."""

import random


def make_variants(name, count):
    """A variant file that is the same in every run."""
    chance = random.Random(name)
    lines = ["##fileformat=VCFv4.2", "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"]
    for position in sorted(chance.sample(range(1, 10_000_000), count)):
        ref, alt = chance.sample("ACGT", 2)
        lines.append(f"1\t{position}\t.\t{ref}\t{alt}\t{chance.randint(20, 99)}\tPASS\tDP={chance.randint(5, 90)}")
    return ("\n".join(lines) + "\n").encode()


def expected_result(body):
    genes = ["BRCA1", "TP53", "EGFR", "MYC", "KRAS"]
    lines = body.decode().splitlines()
    out = [line if line.startswith("#") else f"{line};GENE={genes[int(line.split(chr(9))[1]) % 5]}" for line in lines]
    return ("\n".join(out) + "\n").encode()
