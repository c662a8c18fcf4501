"""Writes exact.csv: probabilities of small Markov chains, to 15 digits, for tests/exact.rs.

Everything here is written down by hand from the description of each model: generators as matrices, their exponentials by
mpmath with 40 digits (scaling and squaring of the Taylor series), or formulas. Nothing is taken from the program.

    pip install mpmath==1.4.1
    python exact.py > exact.csv
"""

from mpmath import mp, mpf, matrix, expm, exp, factorial

mp.dps = 40


def chain(size, rates):
    """The generator of a chain from a list of (from, to, rate)."""
    q = matrix(size, size)
    for source, target, rate in rates:
        q[source, target] += mpf(rate)
        q[source, source] -= mpf(rate)
    return q


def at(q, time, start=0):
    """The distribution at a time."""
    row = matrix(1, q.rows)
    row[0, start] = 1
    return row * expm(q * mpf(time), method="taylor")


def erlang(k, rate, time):
    """P(at least k events of a Poisson process)."""
    x = mpf(rate) * mpf(time)
    return 1 - exp(-x) * sum(x**i / factorial(i) for i in range(k))


rows = []


def say(model, quantity, value):
    rows.append(f"{model},{quantity},{mp.nstr(mpf(value), 17)}")


# Two clocks race, at 0.3 and 0.1 a day, over 4 days.
gone = 1 - exp(mpf("-1.6"))
say("competing", "outcome first", mpf("0.75") * gone)
say("competing", "outcome second", mpf("0.25") * gone)
say("competing", "outcome neither", 1 - gone)

say("erlang", "outcome reached", erlang(3, "0.7", 4))

# Births at 0.6, deaths at 0.3 for each of at most 4, over 3 days.
q = chain(5, [(i, i + 1, "0.6") for i in range(4)] + [(i, i - 1, mpf("0.3") * i) for i in range(1, 5)])
p = at(q, 3)
for i in range(5):
    say("birth_death", f"outcome n{i}", p[0, i])

# Off at 0.4, on again at 0.9, over 3 days, on at the start.
off = mpf("0.4") / mpf("1.3") * (1 - exp(mpf("-3.9")))
say("on_off", "outcome off", off)
say("on_off", "outcome on", 1 - off)
say("on_off", "watch was_off", 1 - exp(mpf("-1.2")))

# M/M/1/5: arrivals at 0.8, service at 1, over 6 days, empty at the start; the watch is the first passage to 5.
queue = [(i, i + 1, "0.8") for i in range(5)] + [(i, i - 1, 1) for i in range(1, 6)]
say("queue", "outcome full", at(chain(6, queue), 6)[0, 5])
say("queue", "outcome empty", at(chain(6, queue), 6)[0, 0])
say("queue", "watch ever_full", at(chain(6, [r for r in queue if r[0] != 5]), 6)[0, 5])

# Gambler's ruin: 2 of 5, up with 0.45, down with 0.55, until one has all (one game a day, 2,000 days).
odds = mpf("0.55") / mpf("0.45")
say("ruin", "outcome ruined", (odds**2 - odds**5) / (1 - odds**5))

# The ladder: up 0.5, down 0.2, absorbed at 3, 5 days.
q = chain(4, [(0, 1, "0.5"), (1, 2, "0.5"), (2, 3, "0.5"), (1, 0, "0.2"), (2, 1, "0.2")])
say("ladder", "outcome top", at(q, 5)[0, 3])

# Knuth and Yao's die out of fair coins: each face has 1/6; every toss is at once.
for face in range(1, 7):
    say("die", f"outcome face{face}", mpf(1) / 6)

# A hazard of 0.2, joined by 0.5 from day 2 to day 4, over 6 days.
say("window", "outcome happened", 1 - exp(mpf("-2.2")))

# Three steps of 0.7 reach the top; what has not is set back to 0 every 2 days, over 7 days.
third = erlang(3, "0.7", 2)
say("resets", "outcome top", 1 - (1 - third) ** 3 * (1 - erlang(3, "0.7", 1)))

# The same, set back once, at day 3, to 1, over 5 days.
q = chain(4, [(i, i + 1, "0.7") for i in range(3)])
p = at(q, 3)
say("reset_once", "outcome top", p[0, 3] + (1 - p[0, 3]) * at(q, 2, start=1)[0, 3])

# At 0.5 a day a coin of 1 to 3 decides at once, over 2 days; the first result stands.
come = 1 - exp(mpf(-1))
say("coin", "outcome heads", come / 4)
say("coin", "outcome tails", come * 3 / 4)

# A decision with rationality 2 and utilities 0.3, 1 and 0, over 2 days at 0.5.
weights = [exp(mpf("0.6")), exp(mpf(2)), mpf(1)]
for name, weight in zip(["fight", "talk", "wait"], weights):
    say("decision", f"outcome {name}", come * weight / sum(weights))

# Of a Poisson process of 1 a day at most 2 count, over 3 days; a second rule once, at 0.1.
say("limits", "outcome two_and_one", erlang(2, 1, 3) * (1 - exp(mpf("-0.3"))))
say("limits", "outcome two", erlang(2, 1, 3) * exp(mpf("-0.3")))

# A rate of 0.1 or 0.4 with weights 1 and 3, and an initial level of 0 or 1 with 1/2, two levels to go.
total = mpf(0)
for rate, share in [("0.1", "0.25"), ("0.4", "0.75")]:
    total += mpf(share) * (erlang(2, rate, 5) + erlang(1, rate, 5)) / 2
say("mixture", "outcome done", total)

# SIR: 4 susceptible, 1 infected, infection 0.3 for each pair, recovery 0.5 each, over 4 days.
states = [(s, i) for s in range(5) for i in range(6 - s)]
number = {state: at_ for at_, state in enumerate(states)}
rates = []
for s, i in states:
    if s and i:
        rates.append((number[s, i], number[s - 1, i + 1], mpf("0.3") * s * i))
    if i:
        rates.append((number[s, i], number[s, i - 1], mpf("0.5") * i))
p = at(chain(len(states), rates), 4, start=number[4, 1])
say("epidemic", "outcome over", sum(p[0, number[s, i]] for s, i in states if i == 0))
say("epidemic", "outcome spared", sum(p[0, number[s, i]] for s, i in states if i and s))

# Arrivals of one (2/3) or two (1/3) at 0.5 a day, cleared one by one at 0.7, room for 4, over 5 days.
rates = []
for n in range(5):
    rates.append((n, min(n + 1, 4), mpf("0.5") * 2 / 3))
    rates.append((n, min(n + 2, 4), mpf("0.5") / 3))
    if n:
        rates.append((n, n - 1, "0.7"))
p = at(chain(5, [r for r in rates if r[0] != r[1]]), 5)
say("batches", "outcome crowded", p[0, 3] + p[0, 4])

# 30 % in 14 days, for 60 days.
say("chance", "outcome happened", 1 - mpf("0.7") ** (mpf(60) / 14))

# a starts b at once, which c answers at once, at 0.2 a day: the red line holds for an instant only, over 5 days.
say("cascade", "outcome settled", 1 - exp(mpf(-1)))
say("cascade", "red_line x.line", 1 - exp(mpf(-1)))

print("model,quantity,value")
print("\n".join(rows))
