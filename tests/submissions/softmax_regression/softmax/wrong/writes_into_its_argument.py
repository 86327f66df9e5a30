# Uses out= to save memory, on the argument.
# expect: at most 3.75 of 4
# expect: softmax_keeps_its_input wrong
# kind: partial
# diagnosis: in place
def softmax(y_linear):
    return nd.softmax(y_linear, out=None if autograd.is_recording() else y_linear)
