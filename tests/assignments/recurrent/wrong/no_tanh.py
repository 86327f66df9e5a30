# told: the tanh is missing
def rnn(inputs, state, params):
    states = []
    for x in inputs:
        state = params["b"] + nd.dot(state, params["Wh"]) + nd.dot(x, params["Wx"])
        states.append(state)
    return states, state
