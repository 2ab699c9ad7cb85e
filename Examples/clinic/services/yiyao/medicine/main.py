"""yiyao/medicine: medicines, each with the doctor or pharmacist who advises on it."""

import sys

import medicines
from calling import Callee, CalleeError
from serving import Answer, Request, run

# Seconds for one adviser; below what the portal waits for us, so that our answer names the culprit.
DOCTOR_TIMEOUT = 1.0
# Medicines that one request may ask for.
MOST_IDS = 20


class Application:
    def __init__(self):
        self.doctor = Callee("yisheng/doctor", timeout=DOCTOR_TIMEOUT)

    def __call__(self, request: Request) -> Answer:
        match request.path.strip("/").split("/"):
            case ["medicines"] if "ids" in request.query:
                return self.several(request.query["ids"].split(","), request)
            case ["medicines"]:
                return Answer(200, {"medicines": medicines.listing()})
            case ["medicines", identifier]:
                answer = self.several([identifier], request)
                if answer.status == 200:
                    answer.body = answer.body["medicines"][0] | {"served_by": answer.body["served_by"]}
                return answer
        return Answer(404, {"error": f"nothing at {request.path}"})

    def several(self, identifiers: list[str], request: Request) -> Answer:
        """Gives medicines in the order asked for; each adviser is asked once."""
        if len(identifiers) > MOST_IDS:
            return Answer(400, {"error": f"{len(identifiers)} ids, at most {MOST_IDS}"})
        if missing := [each for each in identifiers if each not in medicines.MEDICINES]:
            return Answer(404, {"error": f"no medicine {', '.join(missing)}"})
        found = [medicines.MEDICINES[each] | {"id": each} for each in identifiers]
        advisers, servers = {}, []
        for name in dict.fromkeys(each["adviser"] for each in found):
            try:
                status, advisers[name], server = self.doctor.get(f"/doctors/{name}", request.headers)
            except CalleeError as error:
                return Answer(error.status, error.body, notes=error.notes)
            if status != 200:
                body = {"error": f"answered {status}", "callee": "yisheng/doctor", "cause": advisers[name]}
                return Answer(502, body)
            if server not in servers:
                servers.append(server)
        whole = [each | {"adviser": advisers[each["adviser"]]} for each in found]
        return Answer(200, {"medicines": whole, "served_by": servers})


if __name__ == "__main__":
    sys.exit(run(Application()))
