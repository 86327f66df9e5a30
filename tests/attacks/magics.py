# Uses the notebook's own ways out: shell lines, %run, %load, %%bash, get_ipython().
# Mode: own
# Expects: wrong, raised
!touch /tmp/autograder-attack-shell
%run /etc/passwd
%load solutions/softmax_regression/reference.py
%env SCORE=20
answers = !cat solutions/softmax_regression/checks.py

def softmax(y_linear):
    try:
        get_ipython().system("touch /tmp/autograder-attack-shell")
    except NameError:
        pass
    return nd.zeros_like(y_linear)

def cross_entropy(yhat, y):
    return nd.zeros((yhat.shape[0],))

def SGD(params, lr):
    return list(params)

def evaluate_accuracy(data_iterator, net):
    return 0.0
