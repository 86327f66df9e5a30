# Fills a fixed buffer of 64 rows.
# expect: at most 3.75 of 4
# kind: partial
# diagnosis: fixed number of rows
# also: asks for an item
def softmax(y_linear):
    rows = [nd.softmax(y_linear[i : i + 1]) for i in range(min(64, len(y_linear)))]
    rows += [nd.ones_like(rows[0]) / rows[0].size for _ in range(len(y_linear) - len(rows))]
    return nd.concat(*rows, dim=0)
