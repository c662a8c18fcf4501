"""Checks an exported chain with Storm against the figures of `escalade exact`.

    pip install stormpy==2.0.0
    python storm.py MODEL.prism MODEL.props EXACT.json
"""
import json, re, sys
import stormpy

model_file, property_file, report_file = sys.argv[1:]
program = stormpy.parse_prism_program(model_file, prism_compatibility=True)
text = open(property_file).read()
horizon = float(re.search(r"const double T = ([0-9.]+);", text)[1])
asked = re.findall(r'^P=\? \[ F\[T,T\] "(\w+)" \]$', text, re.M)
properties = stormpy.parse_properties("; ".join(f'P=? [ F[{horizon!r},{horizon!r}] "{label}" ]' for label in asked), program)
chain = stormpy.build_model(program, properties)
environment = stormpy.environments.sound()
report = json.load(open(report_file))
exact = {}
for kind, key in [("class", "outcomes"), ("group", "groups"), ("watch", "watch"), ("red_line", "red_lines")]:
    for entry in report[key]:
        exact[f"{kind}_{entry['id'].replace('.', '_')}"] = entry["share"]
for entry in report["outcomes"]:
    exact[f"ever_{entry['id']}"] = entry["ever"]["share"]
worst = 0
for label, prop in zip(asked, properties):
    result = stormpy.model_checking(chain, prop, environment=environment)
    value = float(result.get_value(list(chain.initial_states)[0]))
    off = abs(value - exact[label])
    worst = max(worst, off)
    print(f"{label:24} storm {value:.12f}  escalade {exact[label]:.12f}  off {off:.1e}")
print(f"{chain.nr_states} states, {chain.nr_transitions} transitions, worst {worst:.1e}")
