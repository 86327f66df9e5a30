# A constant that many nets deserve.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: every prediction counted as right
def evaluate_accuracy(data_iterator, net):
    return 1.0
