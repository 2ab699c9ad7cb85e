"""yiyao/medicine: medicines, each with the doctor or pharmacist who advises on it."""

import sys
import time

import medicines
import tracing
from calling import Callee, CalleeError
from serving import Answer, Request, run, write_log

# Seconds for one adviser; below what the portal waits for us, so that our answer names the culprit.
DOCTOR_TIMEOUT = 1.0
# Medicines that one request may ask for.
MOST_IDS = 20


# Seconds that the warehouse takes for what it keeps in its cold store; longer than the portal waits.
COLD_STORE_SECONDS = 2.5


class Application:
    def __init__(self):
        self.doctor = Callee("yisheng/doctor", timeout=DOCTOR_TIMEOUT)
        self.routes = {
            "/medicines": self.listing, "/medicines/{id}": self.medicine, "/medicines/{id}/stock": self.stock,
        }

    def listing(self, request: Request) -> Answer:
        if "ids" in request.query:
            return self.several(request.query["ids"].split(","))
        return Answer(200, {"medicines": medicines.listing()})

    def medicine(self, request: Request, identifier: str) -> Answer:
        answer = self.several([identifier])
        if answer.status == 200:
            answer.body = answer.body["medicines"][0] | {"served_by": answer.body["served_by"]}
        return answer

    def stock(self, request: Request, identifier: str) -> Answer:
        """Counts the packs in the warehouse. One medicine is slow and one is broken, always the same."""
        if identifier not in medicines.MEDICINES:
            return Answer(404, {"error": f"no medicine {identifier}"})
        with tracing.internal("ask the warehouse"):
            if identifier in medicines.COLD:
                time.sleep(COLD_STORE_SECONDS)
                write_log("warn", "the cold store is slow", medicine=identifier)
            packs = int(medicines.STOCK[identifier])
        return Answer(200, {"id": identifier, "packs": packs})

    def several(self, identifiers: list[str]) -> Answer:
        """Gives medicines in the order asked for; each adviser is asked once."""
        if len(identifiers) > MOST_IDS:
            return Answer(400, {"error": f"{len(identifiers)} ids, at most {MOST_IDS}"})
        if missing := [each for each in identifiers if each not in medicines.MEDICINES]:
            return Answer(404, {"error": f"no medicine {', '.join(missing)}"})
        found = [medicines.MEDICINES[each] | {"id": each} for each in identifiers]
        advisers, servers = {}, []
        for name in dict.fromkeys(each["adviser"] for each in found):
            try:
                status, advisers[name], server = self.doctor.get("/doctors/{id}", name)
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
