// One listing with what is found in it once, and one question about it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/oracle/facts.h"
#include "tests/oracle/hours.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/place.h"
#include "tests/oracle/words.h"

namespace handrail::oracle {

struct Entry {
  explicit Entry(const v1::Listing& from);

  v1::Listing listing;
  // The needs it answers, by its own terms and only through a broader code.
  std::set<std::string> answers, answers_broadly;
  std::set<std::string> asks;
  Bag bag;

  const v1::RecoveryProfile& profile() const { return listing.profile(); }
  // Whether what it answers the need with is attended whole, like a meeting.
  bool AttendedWhole(const v1::Need& need) const;
  bool Asks(const char* rule) const { return asks.contains(rule); }
  // The date of an HSDS field; null: none.
  const v1::Provenance* FieldDate(const char* field) const;
  // Where it stands, if anywhere.
  std::optional<Spot> spot() const;
  // Some place is recorded: a location, an address or coordinates.
  bool StandsSomewhere() const;
  // What is recorded of a way of taking part ("delivery" is comes_to_you).
  std::vector<Recorded> Modes(const std::string& mode) const;
};

// How far options may come from. No bound: 0 metres and no state.
struct Reach {
  bool bound = false;
  int within_m = 0;
  bool whole_state = false;
};

// One need of one request.
struct Question {
  const v1::MatchRequest* request = nullptr;
  const v1::Need* need = nullptr;
  const Settings* settings = nullptr;
  Moment moment;
  std::optional<Spot> start;
  std::string start_state;
  v1::HomeArea home;
  std::string language;
  std::vector<std::string> words;

  const v1::Person& person() const { return request->person(); }
  bool home_said() const {
    return !home.state().empty() || !home.county().empty() ||
           !home.postal_code().empty();
  }
};

// One listing that answers the need and can be reached.
struct Candidate {
  const Entry* entry = nullptr;
  bool in_person = false;
  bool without_travel = false;
  int distance_m = -1;
  std::vector<int> word_parts;
};

enum class Found { kYes, kNo, kNowhere };

// Whether the listing is a candidate; kNowhere: it would be, had it a place.
Found Consider(const Question& question, const Reach& reach, const Entry& entry,
               Candidate& candidate);

// The zone in which local days and times are meant: its own in person, else
// the person's.
absl::TimeZone LocalZone(const Question& question, const Candidate& candidate);
// The moment from which the person could come.
absl::Time FromTime(const Question& question, absl::TimeZone zone);
v1::WindowMode ModeOf(const Question& question, const Entry& entry);
// The windows that the need asks about; empty where it asks about none.
std::vector<Stretch> AskedWindows(const Question& question,
                                  absl::TimeZone zone);

// Everything judged, in no order.
std::vector<Judged> JudgeAll(const Question& question, const Reach& reach,
                             const Candidate& candidate);
// The listing's rules about what the person said about themself.
void JudgePerson(const Question& question, const Candidate& candidate,
                 absl::CivilDay arrival, std::vector<Judged>& out);

// Adds points, their components and freshness to a judged option.
void Score(const Question& question, const Reach& reach,
           const Candidate& candidate, Option& option);

// Every candidate within a reach, judged and in order.
NeedAnswer AnswerWithin(const Directory& directory, const Question& question,
                        const Reach& reach);
// The next ring beyond, then the state; where there is one.
std::optional<Reach> Wider(const Question& question, Reach reach);
// Adds what the request includes beyond the options.
void AddParts(const Directory& directory, const Question& question,
              const Reach& reach, NeedAnswer& answer);
// The range: a second list that varies what the person left open.
Range RangeOf(const Question& question, const std::vector<Slot>& slots);

// How old something recorded is, and how many days; -1 undated.
struct Dated {
  v1::AgeState age = v1::UNDATED;
  int days = -1;
};

// Of the hours, whether there are any or not. `in_words`: of round the clock as
// it is said in words.
Dated HoursDate(const Question& question, const Entry& entry,
                bool in_words = false);

}  // namespace handrail::oracle
