"""services/*.yaml and services/*.csv: government service items (GB/T 39046-2020, GB/T 39554).

The shapes are the model's own: what is declared is what a case follows.
"""
