#!/usr/bin/env python3
"""Makes the sample directory: Tamarack County, which does not exist.

Writes, beside this file,
  services.ndjson       HSDS 3.1 JSON, one compiled service a line
  meetings-aa.json      Meeting Guide JSON, a list
  meetings-na.json      Meeting Guide JSON, a list
  meetings-al-anon.json Meeting Guide JSON, {"meetings": …, "formats": …}
  centroids.csv         ZIP and county centroids

Everything is invented: names, streets, 555 numbers, example.org addresses, ZIP
codes that no post office uses. The same SEED gives the same bytes. The facts
are dated around SAMPLE_DAY, so ask with --as-of 2026-06-05.

    python3 clients/sample/generate.py
"""
import csv
import datetime
import json
import pathlib
import random
import uuid

SEED = 20260601
SAMPLE_DAY = datetime.date(2026, 6, 1)
NAMESPACE = uuid.UUID("6f1d3a52-2b0e-5d7e-9c1a-7a3c1f4b9d10")
HERE = pathlib.Path(__file__).resolve().parent
rng = random.Random(SEED)

# name, ZIP, latitude, longitude, county, weight
TOWNS = [
    ("Millbrook", "21990", 39.4210, -78.4120, "Tamarack", 10),
    ("Harlow", "21991", 39.4555, -78.3480, "Tamarack", 6),
    ("East Harlow", "21992", 39.4630, -78.3050, "Tamarack", 3),
    ("Sandy Ford", "21993", 39.3705, -78.4705, "Tamarack", 3),
    ("Pine Notch", "21994", 39.5320, -78.5210, "Tamarack", 2),
    ("Quarry Hill", "21995", 39.3890, -78.3620, "Tamarack", 3),
    ("Lakemont", "21996", 39.3010, -78.5480, "Tamarack", 2),
    ("Twin Bridges", "21997", 39.4380, -78.4620, "Tamarack", 3),
    ("Osprey Landing", "21998", 39.2750, -78.2950, "Birch", 2),
    ("Fallow", "21999", 39.6120, -78.2010, "Birch", 1),
]
STREETS = ["Main St", "Mill Ln", "Tannery Rd", "Chapel St", "Orchard Ave",
           "Depot St", "Canal Rd", "Juniper Ct", "Third Ave", "Ferry Rd",
           "Maple St", "Quarry Rd", "Station St", "Willow Way"]
LANGUAGES = {"es": "Spanish", "fr": "French", "ar": "Arabic", "zh": "Chinese"}
MEDICATIONS = ["methadone", "buprenorphine", "xr_buprenorphine",
               "xr_naltrexone"]


def uid(*parts):
    return str(uuid.uuid5(NAMESPACE, "/".join(parts)))


def phone_number():
    return f"(240) 555-{rng.randint(100, 199):04d}"


def town():
    return rng.choices(TOWNS, weights=[t[5] for t in TOWNS])[0]


def dated(method=None):
    """Provenance of a fact: fresh, ageing, old, or without a date."""
    roll = rng.random()
    days = (rng.randint(0, 20) if roll < 0.45 else
            rng.randint(40, 85) if roll < 0.65 else
            rng.randint(190, 700) if roll < 0.82 else None)
    provenance = {"source": "tamarack-211",
                  "method": method or rng.choice(["CALL", "CALL", "VISIT",
                                                  "PROVIDER"])}
    if days is not None:
        day = SAMPLE_DAY - datetime.timedelta(days=days)
        provenance["verified_at"] = f"{day}T15:00:00Z"
    return provenance


def fact(answer, words=None):
    f = {"answer": answer, "provenance": dated()}
    if words:
        f["words"] = words
    return f


def maybe(chance_yes, chance_no, conditional=None, chance_conditional=0.0):
    """A fact that may also be absent."""
    roll = rng.random()
    if roll < chance_yes:
        return fact("YES")
    if roll < chance_yes + chance_no:
        return fact("NO")
    if conditional and roll < chance_yes + chance_no + chance_conditional:
        return fact("CONDITIONAL", conditional)
    return None


def number(value, words=None):
    f = {"answer": "YES", "value": value, "provenance": dated()}
    if words:
        f["answer"] = "CONDITIONAL"
        f["words"] = words
    return f


def choice(code, words=None):
    f = {"answer": "CONDITIONAL" if words else "YES", "code": code,
         "provenance": dated()}
    if words:
        f["words"] = words
    return f


def codes(yes=(), no=(), conditional=()):
    """An open list: what is not named is not known."""
    values = [{"code": c, "answer": "YES", "provenance": dated()} for c in yes]
    values += [{"code": c, "answer": "NO", "provenance": dated()} for c in no]
    values += [{"code": c, "answer": "CONDITIONAL", "words": w,
                "provenance": dated()} for c, w in conditional]
    return {"values": sorted(values, key=lambda v: v["code"])} if values else None


def put(profile, path, value):
    if value is None:
        return
    part, field = path.split(".")
    profile.setdefault(part, {})[field] = value


def weekly(days, opens, closes, zone="America/New_York"):
    s = {"freq": "WEEKLY", "byday": days, "opens_at": opens, "interval": 1}
    if closes:
        s["closes_at"] = closes
    return s


OFFICE = [weekly("MO,TU,WE,TH,FR", "09:00", "17:00")]
ALL_DAY = [weekly("MO,TU,WE,TH,FR,SA,SU", "00:00", "23:59")]
NIGHT = [weekly("MO,TU,WE,TH,FR,SA,SU", "19:00", "07:00")]


# ------------------------------------------------------------------- profiles
def common(profile, adult=True):
    put(profile, "any.accepting_new", maybe(0.5, 0.1))
    put(profile, "any.cost", rng.choice([None, choice("free"),
                                         choice("sliding_scale"),
                                         choice("fee")]))
    spoken = [tag for tag in LANGUAGES if rng.random() < 0.2]
    put(profile, "any.languages", codes(yes=["en"] + spoken))
    if rng.random() < 0.4:
        put(profile, "any.access",
            codes(yes=rng.sample(["step_free", "accessible_restroom",
                                  "elevator", "near_transit"], 2)))
    if rng.random() < 0.3:
        put(profile, "any.contact_channels",
            codes(yes=rng.choice([["voice"], ["voice", "text"],
                                  ["voice", "video_relay", "email"]])))


def residence(profile):
    """Recovery housing: the facts that decide, many of them missing."""
    gender = rng.choice(["woman", "man", "man", None])
    if gender:
        other = "man" if gender == "woman" else "woman"
        put(profile, "any.genders", codes(yes=[gender], no=[other]))
    put(profile, "any.minimum_age", number(18))
    put(profile, "housing.narr_level",
        choice(rng.choice(["level_1", "level_2", "level_2", "level_3"]))
        if rng.random() < 0.8 else None)
    put(profile, "housing.certified", maybe(0.5, 0.2))
    policy = rng.choice(["all", "none", "bup", "cond", "absent"])
    put(profile, "any.medication", {
        "all": codes(yes=MEDICATIONS),
        "none": codes(no=["buprenorphine", "methadone"],
                      yes=["xr_naltrexone"]),
        "bup": codes(yes=["buprenorphine", "xr_buprenorphine"],
                     no=["methadone"]),
        "cond": codes(conditional=[(m, "case by case, with a locked box")
                                   for m in MEDICATIONS[:2]]),
        "absent": None}[policy])
    put(profile, "housing.weekly_fee", number(rng.randrange(9000, 23000, 500)))
    put(profile, "housing.deposit", rng.choice([None, number(10000),
                                                number(20000)]))
    put(profile, "housing.scholarship", maybe(0.3, 0.3, "when funds allow", .2))
    if gender == "woman" and rng.random() < 0.7:
        put(profile, "housing.children", fact("YES"))
        put(profile, "housing.children_max", number(rng.choice([1, 2, 3])))
        put(profile, "housing.boys_age_max", number(rng.choice([10, 11, 12, 17])))
        put(profile, "housing.girls_age_max", number(17))
    else:
        put(profile, "housing.children", maybe(0.05, 0.7))
    put(profile, "housing.partner", maybe(0.1, 0.6))
    put(profile, "housing.pets", maybe(0.1, 0.6, "service animals only", 0.1))
    if rng.random() < 0.6:
        put(profile, "housing.minimum_days_without_use",
            number(rng.choice([0, 3, 7, 14, 30])))
    put(profile, "any.admits_if_used_today", maybe(0.15, 0.5))
    put(profile, "housing.lapse_response",
        choice(rng.choice(["keeps_bed", "new_plan", "leaves_may_return",
                           "leaves"])) if rng.random() < 0.7 else None)
    put(profile, "housing.reentry_wait_days",
        number(rng.choice([0, 1, 7, 30])) if rng.random() < 0.4 else None)
    required = rng.choice([["twelve_step_meetings", "curfew"],
                           ["mutual_aid_any", "house_meetings"],
                           ["chores", "curfew"], ["faith_practice"], None])
    if required:
        put(profile, "any.required_activities",
            codes(yes=required,
                  no=["twelve_step_meetings"]
                  if "twelve_step_meetings" not in required
                  and rng.random() < 0.6 else []))
    put(profile, "any.record_accepted", rng.choice([
        None,
        codes(yes=["probation", "parole"], no=["registry"]),
        codes(yes=["probation"],
              conditional=[("registry", "case by case; officer approval"),
                           ("arson", "case by case")]),
        codes(yes=["probation", "parole", "registry"], no=["arson"])]))
    if rng.random() < 0.5:
        put(profile, "any.places",
            [{"unit": "bed", "available": number(rng.choice([0, 1, 2, 4])),
              "maximum": number(rng.choice([6, 8, 12]))}])
    put(profile, "any.documents", [{
        "any_of": ["photo_id", "birth_certificate"], "answer": "YES",
        "within_days": rng.choice([0, 0, 14, 30]), "provenance": dated()}]
        if rng.random() < 0.6 else None)
    put(profile, "any.ssn_or_status_required", maybe(0.2, 0.4))


def shelter(profile):
    put(profile, "any.admits_if_used_today", maybe(0.5, 0.2))
    put(profile, "any.minimum_age", number(18))
    put(profile, "housing.children", maybe(0.3, 0.5))
    put(profile, "any.ssn_or_status_required", maybe(0.1, 0.5))
    put(profile, "housing.pets", maybe(0.3, 0.4))
    put(profile, "any.record_accepted",
        rng.choice([None, codes(yes=["registry"]), codes(no=["registry"])]))
    if rng.random() < 0.7:
        put(profile, "any.places", [{
            "unit": "bed", "available": number(rng.choice([0, 0, 1, 3, 6])),
            "maximum": number(30)}])


def family_shelter(profile):
    shelter(profile)
    put(profile, "housing.children", fact("YES"))
    put(profile, "housing.boys_age_max", number(rng.choice([12, 17])))


def treatment(*settings, meds=True, used_today=0.4):
    def fill(profile):
        put(profile, "any.minimum_age", number(18))
        put(profile, "treatment.settings", codes(yes=settings))
        put(profile, "any.admits_if_used_today", maybe(used_today, 0.15))
        put(profile, "any.payments",
            codes(yes=rng.sample(["medicaid", "medicare", "self_pay",
                                  "private_insurance", "state_insurance"], 3),
                  no=rng.choice([[], [], ["military_insurance"]])))
        if meds and rng.random() < 0.75:
            put(profile, "any.medication",
                codes(yes=MEDICATIONS) if rng.random() < 0.7
                else codes(yes=["buprenorphine"], no=["methadone"]))
            put(profile, "treatment.medications_offered",
                codes(yes=rng.sample(MEDICATIONS, 2)))
        put(profile, "any.admission_routes",
            codes(yes=rng.sample(["walk_in", "phone_screen", "referral",
                                  "daily_call_in"], 2)))
        put(profile, "treatment.medical_clearance", maybe(0.2, 0.4))
        put(profile, "treatment.child_beds", maybe(0.15, 0.5))
        put(profile, "treatment.telehealth", maybe(0.2, 0.3))
        put(profile, "any.waitlist",
            choice(rng.choice(["none", "open", "closed"]))
            if rng.random() < 0.5 else None)
        put(profile, "any.required_activities",
            rng.choice([None, codes(yes=["twelve_step_meetings"]),
                        codes(yes=["counseling"],
                              no=["twelve_step_meetings"])]))
    return fill


def job(profile):
    put(profile, "employment.fair_chance",
        choice(rng.choice(["written_policy", "case_by_case"]))
        if rng.random() < 0.8 else None)
    put(profile, "employment.shifts",
        codes(yes=rng.sample(["day", "evening", "night", "weekend"], 2)))
    put(profile, "employment.prescribed_medication_ok", maybe(0.5, 0.1))
    put(profile, "employment.drug_test",
        choice(rng.choice(["none", "at_hire", "random"])))
    put(profile, "employment.dosing_break", maybe(0.4, 0.1))
    put(profile, "employment.serves_alcohol", maybe(0.05, 0.6))
    put(profile, "any.documents",
        [{"any_of": ["photo_id", "status_document"], "within_days": 3,
          "answer": "YES", "provenance": dated()}]
        if rng.random() < 0.5 else None)


def group(fellowship, pathway, audience, mode="in_person"):
    def fill(profile):
        put(profile, "support_group.fellowship", choice(fellowship))
        put(profile, "any.pathway",
            codes(yes=[pathway],
                  no=["twelve_step"] if rng.random() < 0.7 else []))
        put(profile, "any.audience", codes(yes=[audience]))
        put(profile, "any.attendance_mode", codes(yes=[mode]))
        put(profile, "support_group.open_closed",
            choice(rng.choice(["open", "closed"])))
        put(profile, "any.proof_of_attendance", maybe(0.5, 0.15))
        put(profile, "support_group.newcomer_welcome", maybe(0.6, 0))
        put(profile, "any.child_care", maybe(0.15, 0.4))
    return fill


def plain(profile):
    put(profile, "any.ssn_or_status_required", maybe(0.15, 0.4))
    if rng.random() < 0.3:
        put(profile, "any.documents", [{
            "any_of": rng.choice([["photo_id"], ["proof_of_residency"],
                                  ["proof_of_income", "referral_letter"]]),
            "answer": "YES", "provenance": dated()}])


def intake():
    """Some take people round the clock, most stop in the afternoon."""
    return rng.choice([ALL_DAY,
                       [weekly("MO,TU,WE,TH,FR", "08:00", "15:00")],
                       [weekly("MO,TU,WE,TH,FR", "08:00", "15:00")],
                       [weekly("MO,TU,WE,TH,FR,SA", "09:00", "18:00")]])


def evening():
    start = rng.choice([17, 18, 18, 19, 19, 20])
    return [weekly(rng.choice(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]),
                   f"{start:02d}:{rng.choice(['00', '30'])}",
                   f"{start + 1:02d}:30")]


# term, how many, service name, facts, schedules (None: hours unknown), options
KINDS = [
    ("recovery-residence", 40, "{n} House", residence, ALL_DAY, {}),
    ("family-recovery-house", 6, "{n} Family House", residence, ALL_DAY, {}),
    ("oxford-style-house", 5, "{n} Self-Run Home", residence, None, {}),
    ("emergency-shelter", 6, "{n} Shelter", shelter, NIGHT, {}),
    ("low-barrier-shelter", 4, "{n} Open Door Shelter", shelter, NIGHT, {}),
    ("family-shelter", 4, "{n} Family Shelter", family_shelter, ALL_DAY, {}),
    ("weather-shelter", 2, "{n} Warming Room", shelter, NIGHT,
     {"state": "WEATHER_ACTIVATED"}),
    ("safe-shelter", 4, "{n} Safe Home", family_shelter, ALL_DAY,
     {"confidential": True}),
    ("transitional-housing", 5, "{n} Transitional Homes", residence, OFFICE,
     {}),
    ("reentry-housing", 3, "{n} Coming Home Program", residence, OFFICE, {}),
    ("supportive-housing", 3, "{n} Apartments", plain, OFFICE, {}),
    ("rent-help", 3, "{n} Rent Fund", plain, OFFICE, {}),
    ("coordinated-entry", 2, "{n} Housing Access Line", plain, OFFICE,
     {"remote": "phone"}),
    ("detox", 8, "{n} Withdrawal Care",
     treatment("residential_detox", used_today=0.7), "intake", {}),
    ("sobering-center", 2, "{n} Sobering Center",
     treatment("outpatient_detox", used_today=1.0), ALL_DAY, {}),
    ("bridge-clinic", 3, "{n} Bridge Clinic",
     treatment("outpatient_medication", used_today=0.9),
     [weekly("MO,TU,WE,TH,FR,SA", "08:00", "20:00")], {}),
    ("opioid-treatment-program", 4, "{n} Treatment Program",
     treatment("outpatient_medication", used_today=0.8),
     [weekly("MO,TU,WE,TH,FR,SA", "05:30", "11:00")], {}),
    ("buprenorphine", 8, "{n} Office-Based Care",
     treatment("outpatient_medication"), OFFICE, {}),
    ("residential-treatment", 8, "{n} Residential Program",
     treatment("residential_long_term", used_today=0.1), ALL_DAY, {}),
    ("family-residential", 2, "{n} Mothers and Children Program",
     treatment("residential_long_term", used_today=0.1), ALL_DAY, {}),
    ("intensive-outpatient", 7, "{n} Evening Program",
     treatment("intensive_outpatient"),
     [weekly("MO,TU,TH", "17:30", "20:30")], {}),
    ("outpatient-treatment", 7, "{n} Counseling Center",
     treatment("regular_outpatient"), OFFICE, {}),
    ("telehealth-treatment", 4, "{n} Online Care",
     treatment("outpatient_medication"), OFFICE, {"remote": "online"}),
    ("mobile-treatment", 2, "{n} Mobile Unit",
     treatment("mobile_unit", used_today=0.9),
     [weekly("TU,TH", "10:00", "14:00")], {"remote": "comes_to_you"}),
    ("naloxone", 5, "{n} Naloxone Pick-Up", plain, OFFICE, {}),
    ("syringe-services", 3, "{n} Safer Supplies", plain,
     [weekly("MO,WE,FR", "12:00", "18:00")], {}),
    ("drug-checking", 2, "{n} Drug Checking", plain,
     [weekly("WE", "13:00", "17:00")], {}),
    ("overdose-prevention-line", 1, "{n} Stay-On-The-Line", plain, ALL_DAY,
     {"remote": "phone"}),
    ("recovery-community-center", 3, "{n} Recovery Center", plain,
     [weekly("MO,TU,WE,TH,FR,SA", "10:00", "20:00")], {}),
    ("recovery-coaching", 3, "{n} Recovery Coaching", plain, OFFICE, {}),
    ("secular-meeting", 8, "{n} Self-Management Group",
     group("smart", "secular", "person"), "evening", {}),
    ("secular-meeting", 2, "{n} Online Secular Group",
     group("lifering", "secular", "person", "online"), "evening",
     {"remote": "online"}),
    ("buddhist-recovery-meeting", 3, "{n} Mindful Recovery",
     group("recovery-dharma", "buddhist_informed", "person"), "evening", {}),
    ("faith-recovery-meeting", 3, "{n} Faith and Recovery",
     group("celebrate-recovery", "faith_based", "person"), "evening", {}),
    ("medication-friendly-meeting", 2, "{n} Medication-Assisted Group",
     group("mara", "medication_affirming", "person"), "evening", {}),
    ("parent-group", 3, "{n} Parents of Loved Ones",
     group("pal", "family", "parent"), "evening", {}),
    ("overdose-grief", 2, "{n} Grief After Overdose",
     group("grasp", "family", "grief"), "evening", {}),
    ("fair-chance-job", 11, "{n} Works", job, OFFICE, {}),
    ("recovery-friendly-job", 7, "{n} Recovery-Friendly Workplace", job,
     OFFICE, {}),
    ("supported-employment", 3, "{n} Supported Employment", job, OFFICE, {}),
    ("job-training", 4, "{n} Job Training", job, OFFICE, {}),
    ("resume-help", 3, "{n} Career Desk", plain, OFFICE, {}),
    ("work-clothes", 2, "{n} Work Closet", plain, OFFICE, {}),
    ("primary-care", 5, "{n} Health Center", plain, OFFICE, {}),
    ("mental-health", 4, "{n} Wellness Center", plain, OFFICE, {}),
    ("dental-care", 2, "{n} Dental Clinic", plain, OFFICE, {}),
    ("hiv-care", 2, "{n} Care Clinic", plain, OFFICE, {}),
    ("food-pantry", 12, "{n} Food Pantry", plain,
     [weekly("TU,SA", "10:00", "13:00")], {}),
    ("free-meal", 5, "{n} Community Table", plain,
     [weekly("MO,TU,WE,TH,FR,SA,SU", "17:00", "18:30")], {}),
    ("food-delivery", 2, "{n} Meals To You", plain, OFFICE,
     {"remote": "delivery"}),
    ("benefits-help", 4, "{n} Benefits Desk", plain, OFFICE, {}),
    ("emergency-cash", 2, "{n} Emergency Fund", plain, OFFICE, {}),
    ("transit-pass", 3, "{n} Bus Pass Program", plain, OFFICE, {}),
    ("medical-transportation", 3, "{n} Medical Rides", plain, OFFICE,
     {"remote": "comes_to_you"}),
    ("recovery-ride", 2, "{n} Rides to Meetings", plain, OFFICE,
     {"remote": "comes_to_you"}),
    ("identification-recovery", 3, "{n} ID Recovery", plain,
     [weekly("TU,TH", "09:00", "12:00")], {}),
    ("record-clearing", 3, "{n} Record Clearing Clinic", plain,
     [weekly("WE", "13:00", "16:00")], {}),
    ("warrants", 1, "{n} Warrant Help", plain, OFFICE, {}),
    ("legal-aid", 5, "{n} Legal Aid", plain, OFFICE, {}),
    ("child-welfare-legal", 2, "{n} Family Defense", plain, OFFICE, {}),
    ("medication-discrimination", 1, "{n} Fair Treatment Desk", plain, OFFICE,
     {"remote": "phone"}),
    ("child-care", 6, "{n} Child Care", plain,
     [weekly("MO,TU,WE,TH,FR", "07:00", "18:00")], {}),
    ("parenting-class", 3, "{n} Parenting Class", plain, "evening", {}),
    ("family-counseling", 2, "{n} Family Counseling", plain, OFFICE, {}),
    ("ged", 3, "{n} Learning Center", plain,
     [weekly("MO,WE", "18:00", "20:00")], {}),
    ("english-class", 2, "{n} English Class", plain, "evening", {}),
    ("clothing", 3, "{n} Clothing Room", plain,
     [weekly("SA", "09:00", "12:00")], {}),
    ("furniture", 2, "{n} Furniture Share", plain, None, {}),
    ("phone-internet", 1, "{n} Phone Program", plain, OFFICE, {}),
    ("mobile-crisis", 1, "{n} Mobile Crisis Team", plain, ALL_DAY,
     {"remote": "comes_to_you"}),
    ("crisis-center", 2, "{n} Crisis Center", plain, ALL_DAY, {}),
    ("domestic-violence-help", 2, "{n} Safety Line", plain, ALL_DAY,
     {"remote": "phone"}),
]

NAMES = ["Alder", "Beacon", "Cardinal", "Cedar", "Clearwater", "Cornerstone",
         "Daybreak", "Driftwood", "Elm Grove", "Evergreen", "Fern Hollow",
         "First Light", "Foxglove", "Granite", "Harbor", "Hawthorn",
         "Heron", "Hilltop", "Iris", "Ironwood", "Juniper", "Keystone",
         "Lantern", "Laurel", "Linden", "Maple Row", "Meadowlark", "Mulberry",
         "New Leaf", "Northstar", "Oak Bend", "Open Road", "Orchard",
         "Palisade", "Pathway", "Pebble Creek", "Quiet Water", "Redbud",
         "Ridgeline", "River Bend", "Rosewood", "Rowan", "Sagebrush",
         "Second Wind", "Silver Birch", "Spring Street", "Stepping Stone",
         "Summit", "Sunrise", "Sycamore", "Three Rivers", "Tidewater",
         "Trailhead", "Trillium", "Turning Point", "Valley", "Waypoint",
         "Wild Rose", "Willow", "Winding Way", "Woodbine", "Yarrow"]

# Open Eligibility codes that the sample's own source gives some services.
OPEN_ELIGIBILITY = {
    "recovery-residence": ("1183", "Sober Living"),
    "detox": ("1180", "Detox"),
    "residential-treatment": ("1182", "Residential Treatment"),
    "outpatient-treatment": ("1181", "Outpatient Treatment"),
    "identification-recovery": ("1384", "Identification Recovery"),
}


def address_of(where):
    return {"address_1": f"{rng.randint(1, 980)} {rng.choice(STREETS)}",
            "city": where[0], "state_province": "MD", "postal_code": where[1],
            "country": "US", "address_type": "physical"}


def location_of(key, name, where, options):
    location = {"id": uid("location", key), "location_type": "physical",
                "name": name}
    extension = {"county": where[4], "zone": "America/New_York"}
    address = dict(address_of(where), id=uid("address", key))
    unlocated = not options.get("confidential") and rng.random() < 0.07
    if not unlocated:
        location["latitude"] = round(where[2] + rng.gauss(0, 0.012), 6)
        location["longitude"] = round(where[3] + rng.gauss(0, 0.015), 6)
    location["addresses"] = [address]
    if options.get("confidential"):
        extension["visibility"] = {"confidential_location": True}
    if rng.random() < 0.3:
        location["transportation"] = (
            f"Bus {rng.randint(1, 9)} stops on the corner.")
    location["x_handrail"] = extension
    return location


def service_of(term, serial, name_pattern, fill, hours, options):
    place_name = rng.choice(NAMES)
    key = f"{term}/{serial}"
    where = town()
    name = name_pattern.format(n=place_name)
    label = term.replace("-", " ")
    profile = {}
    common(profile)
    fill(profile)
    extension = {"profile": profile, "zone": "America/New_York"}
    if rng.random() < 0.85:
        extension["fields"] = [
            {"field": field, "provenance": dated()}
            for field in ("hours", "phone", "address")]
    if term not in OPEN_ELIGIBILITY or rng.random() < 0.5:
        extension["terms"] = [{"term": term}]
    remote = options.get("remote")
    if remote:
        put(profile, "any.attendance_mode", codes(yes=[remote]))
        extension["coverage"] = [{"kind": "COUNTY", "code": "MD/Tamarack"}]
        if rng.random() < 0.4:
            extension["coverage"] = [{"kind": "STATE", "code": "MD"}]
    if options.get("state"):
        extension["operating_state"] = {
            "kind": options["state"], "words": "opens below 32 degrees"}
    roll = rng.random()
    status = ("temporarily closed" if roll < 0.02 else
              "inactive" if roll < 0.03 else "active")
    organization_name = f"{place_name} Community Partners"
    service = {
        "id": uid("service", key), "name": name,
        "description": f"{name}: {label} for people in Tamarack County.",
        "status": status, "email": "hello@example.org",
        "application_process": rng.choice(
            ["Call first.", "Walk in during open hours.",
             "Call each morning at 8:00.", "A referral is needed."]),
        "eligibility_description": rng.choice(
            ["Adults 18 and older.", "Anyone may ask.",
             "Residents of Tamarack County.", "Call to ask."]),
        "organization": {
            "id": uid("organization", organization_name),
            "name": organization_name,
            "description": "An invented organization of the sample.",
            "website": "https://example.org"},
        "phones": [{"id": uid("phone", key), "number": phone_number(),
                    "type": "voice"}],
    }
    if term in OPEN_ELIGIBILITY:
        code, label_of_code = OPEN_ELIGIBILITY[term]
        service["attributes"] = [{
            "id": uid("attribute", key), "link_entity": "service",
            "link_id": service["id"], "link_type": "taxonomy", "value": "",
            "taxonomy_term_id": uid("term", code),
            "taxonomy_term": {
                "id": uid("term", code), "code": code, "name": label_of_code,
                "description": label_of_code,
                "taxonomy": "Open Eligibility"}}]
    hours = {"evening": evening, "intake": intake}.get(
        hours if isinstance(hours, str) else None, lambda: hours)()
    if hours and rng.random() < 0.93:
        service["schedules"] = [dict(s, id=uid("schedule", key, str(i)))
                                for i, s in enumerate(hours)]
    if not remote:
        service["service_at_locations"] = [{
            "id": uid("service_at_location", key),
            "location": location_of(key, f"{place_name} {where[0]}", where,
                                    options)}]
    if options.get("confidential"):
        extension["visibility"] = {"confidential_location": True}
    service["x_handrail"] = extension
    return service


# ------------------------------------------------------------------- meetings
DAYS = list(range(7))


def meeting(fellowship, serial, types, names):
    where = town()
    name = f"{rng.choice(names)} {rng.choice(['Group', 'Meeting', 'Circle'])}"
    hour = rng.choice([6, 7, 12, 12, 17, 18, 19, 19, 20, 23])
    out = {"slug": f"{fellowship}-{serial}", "name": name,
           "day": rng.choice(DAYS), "time": f"{hour:02d}:00",
           "types": sorted(set(types))}
    if hour == 23:
        out["end_time"] = "00:30"
    elif rng.random() < 0.7:
        out["end_time"] = f"{hour + 1:02d}:{rng.choice(['00', '30'])}"
    out["group"] = name
    out["updated"] = f"{SAMPLE_DAY - datetime.timedelta(days=rng.randint(1, 900))} 12:00:00"
    if "ONL" in types:
        out["conference_url"] = "https://example.org/meeting/0000000000"
        out["attendance_option"] = "online"
        return out
    out["location"] = rng.choice(
        ["Grace Hall", "Union Hall", "Community Room", "Library Annex",
         "St. Brigid Parish Hall", "Fire Hall"])
    out["formatted_address"] = (f"{rng.randint(1, 980)} {rng.choice(STREETS)}, "
                                f"{where[0]}, MD {where[1]}, USA")
    out["region"] = where[0]
    out["attendance_option"] = "in_person"
    if rng.random() < 0.9:
        out["latitude"] = round(where[2] + rng.gauss(0, 0.01), 6)
        out["longitude"] = round(where[3] + rng.gauss(0, 0.012), 6)
        out["approximate"] = "no"
    else:
        out["approximate"] = "yes"
    return out


def meetings(fellowship, count, extra):
    names = ["Sunrise", "Nooners", "Early Risers", "Courage", "Serenity",
             "Keep It Simple", "New Beginnings", "Candle Hour", "River Walk",
             "Open Door", "Friday Night", "First Things First"]
    out = []
    for i in range(count):
        types = [rng.choice(["O", "C"])]
        types += [t for t in extra if rng.random() < 0.18]
        out.append(meeting(fellowship, i + 1, types, names))
    return out


def write_json(name, value):
    (HERE / name).write_text(
        json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def main():
    lines = []
    for kind_number, (term, count, pattern, fill, hours,
                      options) in enumerate(KINDS):
        for i in range(count):
            service = service_of(term, f"{kind_number}-{i + 1}", pattern, fill,
                                 hours, options)
            lines.append(json.dumps(service, ensure_ascii=False))
    (HERE / "services.ndjson").write_text("\n".join(lines) + "\n")
    aa = meetings("aa", 56, ["D", "SP", "B", "ST", "W", "M", "LGBTQ", "X", "S",
                             "POA", "BE", "ONL", "T", "A"])
    na = meetings("na", 25, ["DISC", "STEP", "W", "M", "X", "ONL"])
    al_anon = meetings("al-anon", 15, ["BE", "POA", "X", "ONL"])
    write_json("meetings-aa.json", aa)
    write_json("meetings-na.json", na)
    write_json("meetings-al-anon.json", {"meetings": al_anon, "formats": {}})
    with open(HERE / "centroids.csv", "w", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["area", "code", "latitude", "longitude", "state",
                        "county"])
        for name, zip_code, lat, lon, county, _ in TOWNS:
            table.writerow(["zip", zip_code, lat, lon, "MD", county])
        table.writerow(["county", "MD/Tamarack", 39.42, -78.42, "MD",
                        "Tamarack"])
        table.writerow(["county", "MD/Birch", 39.44, -78.25, "MD", "Birch"])
    print(len(lines), "services,", len(aa) + len(na) + len(al_anon),
          "meetings")


if __name__ == "__main__":
    main()
