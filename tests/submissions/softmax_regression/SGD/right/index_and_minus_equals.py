# Goes by index: params[i] -= … changes the array and puts it back into its place.
def SGD(parameters, learning_rate):
    for i in range(len(parameters)):
        parameters[i] -= learning_rate * parameters[i].grad
