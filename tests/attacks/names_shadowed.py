# Binds the exercises' names to things that are no functions of the student's: libraries' own, values, modules.
# Mode: own
# Expects: wrong, raised, not_attempted, skipped
softmax = True
cross_entropy = np.testing.assert_allclose
SGD = mx.optimizer.SGD
evaluate_accuracy = 1.0
training = 4.0
score = 20.0
