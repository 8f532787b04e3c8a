"""What watching refuses."""

from transactional.kernel.errors import Refused


class IncidentClosed(Refused):
    """It was dealt with before."""

    code = "incident_closed"
    message = "This incident is {state} already."
