"""Client tokens: the same token and parameters give the answer of the first time."""

_TOKEN_NAMES = ("ClientToken",)


class Tokens:
    def __init__(self):
        self._answers = {}

    def reset(self):
        self._answers.clear()

    @staticmethod
    def _key(call):
        token = next((call.parameters[name] for name in _TOKEN_NAMES if name in call.parameters), None)
        return (call.region, call.action, token) if token else None

    def answer(self, call):
        """(answer, None) of the first time, (None, message) for other parameters, or (None, None)."""
        known = self._answers.get(self._key(call))
        if known is None:
            return None, None
        parameters, answer = known
        if parameters != call.parameters:
            return None, "The client token was used with other parameters before."
        return answer, None

    def keep(self, call, answer):
        if self._key(call) and answer.code < 300:
            self._answers[self._key(call)] = (dict(call.parameters), answer)
