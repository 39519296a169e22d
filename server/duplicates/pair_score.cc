#include "server/duplicates/pair_score.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "storage/base/hash.h"
#include "storage/base/mutant.h"

namespace handrail::server {
namespace {

// The points of README.md.
constexpr int kNamePoints = 40;
constexpr int kSamePlacePoints = 25;
constexpr int kOneSpotPoints = 20;
constexpr int kNearPlacePoints = 12;
constexpr int kPhonePoints = 20;
constexpr int kShortPhonePoints = 8;
constexpr int kPagePoints = 10;
constexpr int kSitePoints = 6;
constexpr int kOrganizationPoints = 10;
constexpr int kKindPoints = 5;
constexpr int kTimePoints = 10;
constexpr int kTellingWordLoss = 10;
constexpr int kSameIdFloor = 95;
constexpr int kPhoneAndHouseFloor = 90;
constexpr int kPageAndPlaceFloor = 85;
constexpr int kMeetingFloor = 85;
constexpr int kCallFloor = 80;
constexpr int kScoreMax = 100;
// MayJoin: what two listings of one source can come to that have no id, no
// telephone number and no address on the web in common.
static_assert(kNamePoints + kSamePlacePoints + kOrganizationPoints +
                  kKindPoints + kTimePoints - kSameSourceHandicap <
              kJoinScore);
static_assert(kMeetingFloor - kSameSourceHandicap < kJoinScore);

// Thousandths from which two names are near.
constexpr int kNearName = 850;
// What another name can give at most: it can be the organization's.
constexpr int kOtherNameMax = 900;
// "+14105550100" has twelve; "211" and "988" are everybody's.
constexpr size_t kShortPhoneDigits = 6;

enum class PlaceState : std::uint8_t {
  // Neither or only one says where it is, or what they say cannot be compared.
  kUnknown,
  kDifferent,
  // Within kNearM, or one street without numbers.
  kNear,
  // Within kOnePlaceM.
  kOneSpot,
  kSame,
};

enum class TimeState : std::uint8_t { kNoMeeting, kUnknown, kDifferent, kSame };

// All that is compared, before it is weighed.
struct Comparison {
  Apart apart = Apart::kNo;
  bool same_id = false;
  // Thousandths.
  int name = 0;
  bool equal_name = false;
  PlaceState place = PlaceState::kUnknown;
  bool same_house = false;
  // Neither says where it is.
  bool no_places = false;
  int distance_m = -1;
  std::string phone;
  bool same_page = false;
  bool same_site = false;
  bool same_email = false;
  bool same_organization = false;
  bool same_kind = false;
  TimeState time = TimeState::kNoMeeting;
  bool same_link = false;
  // A telling word or number that only one name has.
  std::string lone_telling;
  std::string lone_number;
};

template <typename T>
std::vector<T> Both(const std::vector<T>& a, const std::vector<T>& b) {
  std::vector<T> both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(),
                        std::back_inserter(both));
  return both;
}

template <typename T>
std::vector<T> Only(const std::vector<T>& a, const std::vector<T>& b) {
  std::vector<T> only;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(),
                      std::back_inserter(only));
  return only;
}

template <typename T>
bool Share(const std::vector<T>& a, const std::vector<T>& b) {
  auto i = a.begin();
  auto j = b.begin();
  while (i != a.end() && j != b.end()) {
    if (*i == *j) return true;
    *i < *j ? ++i : ++j;
  }
  return false;
}

bool IsAmong(const std::vector<std::string>& sorted, const std::string& text) {
  return std::binary_search(sorted.begin(), sorted.end(), text);
}

// Words that both sources may put before a name: of the organization, where
// both name it so, and of the town.
std::vector<std::string> ContextOf(const Features& a, const Features& b) {
  std::vector<std::string> context =
      Both(a.organization_texts, b.organization_texts);
  const std::vector<std::string> town = Both(a.city, b.city);
  context.insert(context.end(), town.begin(), town.end());
  std::sort(context.begin(), context.end());
  return context;
}

// --- Names ------------------------------------------------------------------

void CompareNumbers(const Features& a, const Features& b, Comparison& c) {
  std::vector<std::string> lone =
      Only(a.name_words.numbers, b.name_words.numbers);
  const std::vector<std::string> of_b =
      Only(b.name_words.numbers, a.name_words.numbers);
  if (HANDRAIL_MUTATE(duplicates_name_number_veto,
                      !lone.empty() && !of_b.empty(), false)) {
    c.apart = Apart::kNameNumber;
    return;
  }
  lone.insert(lone.end(), of_b.begin(), of_b.end());
  // "20th Street House" of 20th Street says nothing by its number.
  std::erase_if(lone, [&](const std::string& number) {
    return IsAmong(a.street.numbers, number) ||
           IsAmong(b.street.numbers, number);
  });
  if (!lone.empty()) c.lone_number = lone.front();
}

void CompareTelling(const Features& a, const Features& b,
                    const std::vector<std::string>& context, Comparison& c) {
  std::vector<TellingWord> of_a =
      Only(a.name_words.telling, b.name_words.telling);
  std::vector<TellingWord> of_b =
      Only(b.name_words.telling, a.name_words.telling);
  const auto known = [&](const TellingWord& telling) {
    return IsAmong(context, telling.word);
  };
  std::erase_if(of_a, known);
  std::erase_if(of_b, known);
  for (const TellingWord& one : of_a) {
    for (const TellingWord& other : of_b) {
      if (one.group == other.group) c.apart = Apart::kTellingWord;
    }
  }
  if (!of_a.empty() || !of_b.empty()) {
    c.lone_telling = of_a.empty() ? of_b[0].word : of_a[0].word;
  }
}

void CompareNames(const Features& a, const Features& b, Comparison& c) {
  const std::vector<std::string> context = ContextOf(a, b);
  c.equal_name = a.name == b.name && !a.name.empty();
  c.name = NameLikeness(a.name_words, b.name_words, context);
  if (c.equal_name && c.name == 0) c.name = 1000;
  const auto with_others = [&](const Features& one, const Features& other) {
    for (const NameWords& words : one.other_names) {
      c.name = std::max(
          c.name, std::min(kOtherNameMax,
                           NameLikeness(words, other.name_words, context)));
    }
  };
  with_others(a, b);
  with_others(b, a);
  CompareTelling(a, b, context, c);
  if (c.apart == Apart::kNo) CompareNumbers(a, b, c);
  c.same_organization =
      Share(a.identity.organization, b.identity.organization) ||
      NameLikeness(a.organization_words, b.organization_words, {}) >= kNearName;
}

// --- Places -----------------------------------------------------------------

bool IsSameTown(const Features& a, const Features& b) {
  if (!a.postal_code.empty() && a.postal_code == b.postal_code) return true;
  if (!a.city.empty() && !b.city.empty()) return Share(a.city, b.city);
  return a.postal_code.empty() || b.postal_code.empty();
}

PlaceState PlaceByPoints(const Comparison& c) {
  if (c.distance_m < 0) return PlaceState::kUnknown;
  if (c.distance_m <= kOnePlaceM) return PlaceState::kOneSpot;
  if (c.distance_m <= kNearM) return PlaceState::kNear;
  return c.distance_m > kFarM ? PlaceState::kDifferent : PlaceState::kUnknown;
}

PlaceState PlaceByStreet(const Features& a, const Features& b,
                         const Comparison& c) {
  if (a.street.name.empty() || b.street.name.empty()) {
    return PlaceState::kUnknown;
  }
  if (!IsSameStreet(a.street, b.street)) {
    // A corner has two streets, a road two names.
    return c.distance_m >= 0 && c.distance_m <= kOnePlaceM
               ? PlaceState::kUnknown
               : PlaceState::kDifferent;
  }
  if (!IsSameTown(a, b)) return PlaceState::kDifferent;
  if (a.street.HasHouseNumber() && b.street.HasHouseNumber()) {
    return PlaceState::kSame;
  }
  return c.distance_m > kFarM ? PlaceState::kDifferent : PlaceState::kNear;
}

void ComparePlaces(const Features& a, const Features& b, Comparison& c) {
  if (a.point.has_value() && b.point.has_value()) {
    c.distance_m = matcher::DistanceM(*a.point, *b.point);
  }
  if (HANDRAIL_MUTATE(duplicates_house_number_veto,
                      HouseNumbersDiffer(a.street, b.street), false)) {
    c.apart = Apart::kHouseNumber;
    return;
  }
  c.no_places = !a.has_place && !b.has_place;
  c.place = PlaceByStreet(a, b, c);
  if (c.no_places && !a.county.empty() && !b.county.empty() &&
      a.county != b.county) {
    c.place = PlaceState::kDifferent;
  }
  if (c.place == PlaceState::kSame) {
    c.same_house = true;
  } else if (c.place != PlaceState::kDifferent) {
    c.place = std::max(c.place, PlaceByPoints(c));
  }
  if (!a.identity.place.empty() && a.identity.place == b.identity.place) {
    c.place = PlaceState::kSame;
  }
}

// --- The rest ---------------------------------------------------------------

// "+14105550100/12" and "+14105550100" are one number, "…/12" and "…/13" two.
std::string SharedPhone(const Features& a, const Features& b) {
  std::string best;
  for (const std::string& one : a.phones) {
    const size_t end = std::min(one.size(), one.find('/'));
    for (const std::string& other : b.phones) {
      const size_t other_end = std::min(other.size(), other.find('/'));
      if (one.compare(0, end, other, 0, other_end) != 0) continue;
      const bool two_extensions =
          end < one.size() && other_end < other.size() && one != other;
      if (!two_extensions && end > best.size()) best = one.substr(0, end);
    }
  }
  return best;
}

TimeState CompareTimes(const Features& a, const Features& b) {
  if (!a.is_meeting && !b.is_meeting) return TimeState::kNoMeeting;
  // What has no time on either side tells of a group, not of one meeting.
  if (a.times.empty() && b.times.empty()) return TimeState::kNoMeeting;
  if (a.times.empty() || b.times.empty()) return TimeState::kUnknown;
  if (!a.zone.empty() && !b.zone.empty() && a.zone != b.zone) {
    return TimeState::kUnknown;
  }
  if (a.times == b.times) return TimeState::kSame;
  return Share(a.times, b.times) ? TimeState::kUnknown : TimeState::kDifferent;
}

Comparison Compare(const Features& a, const Features& b) {
  Comparison c;
  CompareNames(a, b, c);
  c.same_id = !a.identity.own.empty() && a.identity.own == b.identity.own;
  c.phone = SharedPhone(a, b);
  c.same_page = !a.page.empty() && a.page == b.page;
  c.same_site = !a.web_site.empty() && a.web_site == b.web_site;
  c.same_email = !a.email.empty() && a.email == b.email;
  c.same_link = Share(a.links, b.links);
  c.same_kind = (a.terms & b.terms_and_above).any() ||
                (b.terms & a.terms_and_above).any();
  if (HANDRAIL_MUTATE(duplicates_kind_veto,
                      a.terms.any() && b.terms.any() && !c.same_kind, false)) {
    c.apart = Apart::kKind;
  }
  c.time = CompareTimes(a, b);
  if (HANDRAIL_MUTATE(duplicates_meeting_time_veto,
                      c.time == TimeState::kDifferent, false)) {
    c.apart = Apart::kMeetingTime;
  }
  ComparePlaces(a, b, c);
  if (HANDRAIL_MUTATE(duplicates_privacy_veto, a.confidential != b.confidential,
                      false)) {
    c.apart = Apart::kPrivacy;
  }
  return c;
}

// --- Points -----------------------------------------------------------------

int PlacePoints(const Comparison& c) {
  switch (c.place) {
    case PlaceState::kSame:
      return kSamePlacePoints;
    case PlaceState::kOneSpot:
      return kOneSpotPoints;
    case PlaceState::kNear:
      return kNearPlacePoints;
    default:
      return 0;
  }
}

int PhonePoints(const Comparison& c) {
  if (c.phone.empty()) return 0;
  return c.phone.size() > kShortPhoneDigits ? kPhonePoints : kShortPhonePoints;
}

int WebPoints(const Comparison& c) {
  if (c.same_page || c.same_email || c.same_link) return kPagePoints;
  return c.same_site ? kSitePoints : 0;
}

int SumOf(const Comparison& c) {
  return kNamePoints * c.name / 1000 + PlacePoints(c) + PhonePoints(c) +
         WebPoints(c) + (c.same_organization ? kOrganizationPoints : 0) +
         (c.same_kind ? kKindPoints : 0) +
         (c.time == TimeState::kSame ? kTimePoints : 0) -
         (c.lone_telling.empty() ? 0 : kTellingWordLoss);
}

bool IsOneSpot(const Comparison& c) {
  return c.place == PlaceState::kSame || c.place == PlaceState::kOneSpot;
}

// What must be there, whatever the points: absent, the pair is not joined.
bool LacksSomething(const Comparison& c) {
  if (c.place == PlaceState::kDifferent || !c.lone_number.empty()) return true;
  if (c.time == TimeState::kUnknown) return true;
  if (c.time == TimeState::kSame && !IsOneSpot(c)) {
    // A meeting without a place is known by its link or number.
    if (!c.no_places || (!c.same_link && !c.same_page && c.phone.empty())) {
      return true;
    }
  }
  return c.name < kNearName && !c.same_id;
}

// The sure signs: what they come to at least, where nothing is lacking.
int FloorOf(const Comparison& c) {
  if (c.same_id) return kSameIdFloor;
  if (PhonePoints(c) == kPhonePoints && c.same_house) {
    return kPhoneAndHouseFloor;
  }
  if (c.time == TimeState::kSame) return kMeetingFloor;
  if (c.same_page && IsOneSpot(c)) return kPageAndPlaceFloor;
  // Whoever it is, it is the same call.
  const bool same_call = c.no_places && PhonePoints(c) == kPhonePoints;
  return same_call && c.same_organization ? kCallFloor : 0;
}

PairScore Weigh(const Features& a, const Features& b, const Comparison& c) {
  PairScore score{.apart = c.apart, .same_id = c.same_id};
  if (c.apart != Apart::kNo) return score;
  score.points = SumOf(c);
  score.score = std::clamp(score.points, 0, kScoreMax);
  if (LacksSomething(c)) {
    score.score = std::min(score.score, kLackingScoreMax);
  } else {
    score.score = std::max(score.score, FloorOf(c));
  }
  if (a.source == b.source) {
    score.score = std::max(0, score.score - kSameSourceHandicap);
  }
  return score;
}

// --- Words ------------------------------------------------------------------

struct Reason {
  int points = 0;
  std::string sentence;
};

// "(410) 555-0100" of "+14105550100"; other numbers as they are.
std::string Readable(const std::string& phone) {
  if (phone.size() != 12 || !phone.starts_with("+1")) return phone;
  return absl::StrCat("(", phone.substr(2, 3), ") ", phone.substr(5, 3), "-",
                      phone.substr(8));
}

// A list that does not depend on which of the two comes first.
std::string OneOrBoth(const std::string& a, const std::string& b) {
  if (a == b) return a;
  return a < b ? absl::StrCat(a, " / ", b) : absl::StrCat(b, " / ", a);
}

std::string NameSentence(const Features& a, const Features& b,
                         const Comparison& c) {
  if (c.equal_name) return "Same name: " + a.name;
  return absl::StrCat(c.name >= kNearName ? "Names are much alike: "
                                          : "Names are somewhat alike: ",
                      OneOrBoth(a.name, b.name));
}

std::string PlaceSentence(const Features& a, const Features& b,
                          const Comparison& c) {
  if (c.same_house) return "Same address: " + OneOrBoth(a.address, b.address);
  if (c.place == PlaceState::kSame) return "Same registered place";
  if (c.place == PlaceState::kOneSpot) {
    return absl::StrCat("Same spot on the map, to within ", kOnePlaceM, " m");
  }
  if (c.distance_m >= 0) {
    return absl::StrCat("Near each other: ", c.distance_m, " m");
  }
  return "Same street: " + OneOrBoth(a.address, b.address);
}

std::string WebSentence(const Features& a, const Comparison& c) {
  if (c.same_page) return "Same web page: " + a.page;
  if (c.same_email) return "Same e-mail address: " + a.email;
  if (c.same_link) return "Same link or number to take part";
  return "Same web site: " + a.web_site;
}

std::vector<Reason> ForIt(const Features& a, const Features& b,
                          const Comparison& c) {
  std::vector<Reason> reasons;
  const auto add = [&](int points, const std::string& sentence) {
    if (points > 0) reasons.push_back({points, sentence});
  };
  if (c.same_id) add(kScoreMax, "Both sources give it the same id");
  add(kNamePoints * c.name / 1000, NameSentence(a, b, c));
  add(PlacePoints(c), PlaceSentence(a, b, c));
  add(PhonePoints(c), "Same phone number: " + Readable(c.phone));
  add(WebPoints(c), WebSentence(a, c));
  add(c.same_organization ? kOrganizationPoints : 0,
      "Same organization: " + OneOrBoth(a.organization, b.organization));
  add(c.time == TimeState::kSame ? kTimePoints : 0, "Same day and time");
  add(c.same_kind ? kKindPoints : 0, "Same kind of help");
  std::stable_sort(
      reasons.begin(), reasons.end(),
      [](const Reason& x, const Reason& y) { return x.points > y.points; });
  return reasons;
}

std::string ApartSentence(Apart apart) {
  switch (apart) {
    case Apart::kNo:
      return "";
    case Apart::kPrivacy:
      return "Not joined: only one of them keeps its place private";
    case Apart::kHouseNumber:
      return "Not joined: different house numbers";
    case Apart::kNameNumber:
      return "Not joined: different numbers in their names";
    case Apart::kTellingWord:
      return "Not joined: their names say that they are for different people, "
             "times or kinds of care";
    case Apart::kKind:
      return "Not joined: different kinds of help";
    case Apart::kMeetingTime:
      return "Not joined: meetings at different times";
  }
  return "";
}

void AddAgainst(const Features& a, const Features& b, const Comparison& c,
                std::vector<std::string>& reasons) {
  if (c.apart != Apart::kNo) {
    reasons.push_back(ApartSentence(c.apart));
    return;
  }
  if (c.place == PlaceState::kDifferent) {
    reasons.emplace_back("But at different places");
  }
  if (!c.lone_number.empty()) {
    reasons.push_back("But only one name has the number " + c.lone_number);
  }
  if (!c.lone_telling.empty()) {
    reasons.push_back(
        absl::StrCat("But only one name says \"", c.lone_telling, "\""));
  }
  if (c.time == TimeState::kUnknown) {
    reasons.emplace_back("But the meeting times are not surely the same");
  }
  if (a.source == b.source) {
    reasons.push_back(absl::StrCat("But both are of source ", a.source,
                                   ", which gave them two ids"));
  }
}

void AddBit(std::string_view text, Glance& glance) {
  constexpr int kBits = 64;
  if (!text.empty()) {
    glance.shared |= uint64_t{1} << StableHash64(text) % kBits;
  }
}

// The order in which the two are asked for must not matter.
bool Swapped(const Features& a, const Features& b) { return b.id < a.id; }

}  // namespace

Glance GlanceOf(const Features& features) {
  Glance glance = {.source = StableHash64(features.source)};
  AddBit(features.identity.own, glance);
  for (const std::string& phone : features.phones) {
    // One of them may leave the extension out.
    AddBit(std::string_view(phone).substr(0, phone.find('/')), glance);
  }
  for (const std::string& link : features.links) AddBit(link, glance);
  AddBit(features.page, glance);
  AddBit(features.web_site, glance);
  AddBit(features.email, glance);
  return glance;
}

PairScore ScorePair(const Features& a, const Features& b) {
  if (Swapped(a, b)) return ScorePair(b, a);
  return Weigh(a, b, Compare(a, b));
}

bool MustStayApart(const Features& a, const Features& b,
                   const PairScore& score) {
  return score.apart != Apart::kNo || (a.source == b.source && !score.Joins());
}

std::vector<std::string> ReasonsFor(const Features& a, const Features& b) {
  if (Swapped(a, b)) return ReasonsFor(b, a);
  const Comparison c = Compare(a, b);
  std::vector<std::string> reasons;
  for (Reason& reason : ForIt(a, b, c)) {
    reasons.push_back(std::move(reason.sentence));
  }
  AddAgainst(a, b, c, reasons);
  return reasons;
}

}  // namespace handrail::server
