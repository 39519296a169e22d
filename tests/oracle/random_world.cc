#include "tests/oracle/random_world.h"

#include <google/protobuf/message.h>

#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/oracle/taxonomy.h"

namespace handrail::oracle {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Strings = std::vector<std::string>;

class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  int Below(int n) {
    return static_cast<int>(engine_() % static_cast<unsigned>(n));
  }
  bool One(int in) { return Below(in) == 0; }
  template <typename T>
  T Pick(const std::vector<T>& values) {
    return values[static_cast<std::size_t>(
        Below(static_cast<int>(values.size())))];
  }
  std::string Word(const Strings& values) { return Pick(values); }

 private:
  std::mt19937 engine_;
};

// Few enough that questions and listings meet.
const Strings kKinds = {"recovery-residence",
                        "oxford-style-house",
                        "emergency-shelter",
                        "family-shelter",
                        "food-pantry",
                        "wic",
                        "aa-meeting",
                        "secular-meeting",
                        "12-step-family-group",
                        "overdose-grief",
                        "detox",
                        "outpatient-treatment",
                        "opioid-treatment-program",
                        "naloxone",
                        "overdose-training",
                        "housing-search",
                        "rent-help",
                        "recovery-coaching"};
const Strings kBroadKinds = {
    "housing",        "food",   "support-group",    "treatment",
    "harm-reduction", "family", "recovery-meeting", "methadone"};
const Strings kZones = {"America/New_York", "America/New_York",
                        "America/New_York", "America/Chicago",
                        "America/Phoenix"};
const Strings kNames = {"Harbor House",  "Soup Kitchen", "Casa Sobria",
                        "Café Niño",     "Oxford Home",  "Bread of Life",
                        "Recovery Hall", "Naloxone Van", "The Pantry"};
const Strings kTexts = {"Warm meals by the harbor.", "Una casa para mí.",
                        "Groceries on Mondays",      "Sober living for women",
                        "Narcan training, free",     "hogar de recuperación"};
const Strings kAskedWords = {"harbor",      "harbar",          "kitchens",
                             "casa",        "cafe nino",       "groceries",
                             "narcan",      "sober house",     "the pantry",
                             "meals bread", "shelter tonight", "hope zebra",
                             "recoveri",    "place to live",   "halfway house"};
const Strings kDays = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
const Strings kClocks = {"00:00", "01:30", "02:30", "06:00", "09:00", "12:00",
                         "17:30", "19:00", "20:00", "22:00", "23:59"};
const Strings kPopulations = {
    "", "", "women", "men", "veterans", "pregnant_postpartum", "families"};
const Strings kDocuments = {
    "photo_id", "birth_certificate",  "tb_test",
    "ssn_card", "proof_of_residency", "status_document"};
const Strings kModes = {"in_person", "online", "phone", "comes_to_you"};
const Strings kZips = {"21201", "21601", "22030", "17401"};
const Strings kFreeCodes = {"es", "ase", "fr", "na", "smart"};

std::string DayOf(absl::Time time, int days) {
  return absl::FormatTime("%Y-%m-%d", time + absl::Hours(24 * days),
                          absl::UTCTimeZone());
}

class WorldMaker {
 public:
  explicit WorldMaker(unsigned seed, absl::Time now = absl::Time())
      : dice_(seed), now_(now) {}

  World Make() {
    World world;
    // Summer; the weeks of both clock changes; New Year.
    world.now = absl::FromUnixSeconds(
        dice_.Pick<std::int64_t>(
            {1'780'416'000, 1'772'470'800, 1'793'119'000, 1'798'600'000}) +
        dice_.Below(48) * 1800);
    now_ = world.now;
    const int count = 30 + dice_.Below(dice_.One(8) ? 170 : 40);
    for (int i = 0; i < count; ++i) {
      world.listings.push_back(RandomListing(absl::StrCat("l", 100 + i)));
    }
    Join(world);
    world.centroids = {Zip("21201", 390000000, -766000000, "MD", "Baltimore"),
                       Zip("21601", 388000000, -760000000, "MD", "Talbot"),
                       Zip("22030", 388500000, -773000000, "VA", "Fairfax"),
                       Zip("17401", 399600000, -767300000, "PA", "York")};
    v1::Centroid county;
    county.set_area(v1::Centroid::COUNTY_AREA);
    county.set_code("PA/York");
    county.set_latitude_e7(399000000);
    county.set_longitude_e7(-767000000);
    world.centroids.push_back(county);
    return world;
  }

  // With whatever a listing can have.
  v1::Listing RandomListing(const std::string& id) {
    v1::Listing listing;
    listing.set_id(id);
    listing.set_organization_id(absl::StrCat("o", dice_.Below(8)));
    listing.set_name(dice_.Word(kNames));
    listing.set_source("county");
    if (dice_.One(3)) listing.set_organization_name(dice_.Word(kNames));
    if (dice_.One(3)) listing.set_description(dice_.Word(kTexts));
    if (dice_.One(6)) listing.add_categories(dice_.Word(kTexts));
    if (dice_.One(8)) listing.set_alert(dice_.Word(kTexts));
    for (int i = 1 + dice_.Below(3) / 2; i > 0; --i) {
      v1::NeedTerm& term = *listing.add_terms();
      term.set_term(dice_.One(8) ? dice_.Word(kBroadKinds)
                                 : dice_.Word(kKinds));
      term.set_broader(dice_.One(5));
    }
    listing.set_status(v1::ACTIVE);
    if (dice_.One(20)) {
      listing.set_status(static_cast<v1::ServiceStatus>(dice_.Below(5)));
    }
    listing.set_do_not_refer(dice_.One(25));
    if (dice_.One(15)) {
      listing.set_publish_from(DayOf(now_, dice_.Below(10) - 8));
    }
    if (dice_.One(15)) {
      listing.set_publish_until(DayOf(now_, dice_.Below(12) - 3));
    }
    if (dice_.One(12)) {
      listing.add_required_documents()->set_document("Some paper");
    }
    FillPlace(listing);
    FillHours(listing);
    FillFields(listing);
    FillProfile(*listing.mutable_profile(), dice_.Pick<int>({2, 4, 12}));
    FillAny(*listing.mutable_profile()->mutable_any());
    return listing;
  }

 private:
  // A few of them are one place, of two or three.
  void Join(World& world) {
    if (dice_.One(3)) return;
    const int count = static_cast<int>(world.listings.size());
    for (int i = dice_.Below(1 + count / 8); i > 0; --i) {
      const std::string& first = world.listings[dice_.Below(count)].id();
      if (world.places.contains(first)) continue;
      world.places[first] = first;
      for (int j = 1 + dice_.Below(2); j > 0; --j) {
        world.places.try_emplace(world.listings[dice_.Below(count)].id(),
                                 first);
      }
    }
  }

  static v1::Centroid Zip(const std::string& code, int latitude, int longitude,
                          const std::string& state, const std::string& county) {
    v1::Centroid out;
    out.set_area(v1::Centroid::ZIP_CODE);
    out.set_code(code);
    out.set_latitude_e7(latitude);
    out.set_longitude_e7(longitude);
    out.set_state(state);
    out.set_county(county);
    return out;
  }

  v1::Provenance Source() {
    v1::Provenance source;
    source.set_source(dice_.One(4) ? "211" : "county");
    source.set_method(static_cast<v1::FactMethod>(dice_.Below(5)));
    if (dice_.One(8)) return source;  // Undated.
    const int hours = dice_.Pick<int>(
        {1,        20,       36,       37,       72,       73,      24 * 5,
         24 * 10,  24 * 10,  24 * 10,  24 * 45,  24 * 46,  24 * 90, 24 * 91,
         24 * 120, 24 * 180, 24 * 181, 24 * 365, 24 * 366, -1});
    source.mutable_verified_at()->set_seconds(
        absl::ToUnixSeconds(now_ - absl::Hours(hours)));
    if (dice_.One(15)) {
      source.mutable_expires_at()->set_seconds(
          absl::ToUnixSeconds(now_ + absl::Hours(dice_.Below(200) - 60)));
    }
    return source;
  }

  v1::Answer Answer() {
    return dice_.Pick<v1::Answer>(
        {v1::YES, v1::YES, v1::YES, v1::NO, v1::NO, v1::CONDITIONAL});
  }

  template <typename F>
  void Say(F& fact) {
    fact.set_answer(Answer());
    if (!dice_.One(12)) *fact.mutable_provenance() = Source();
  }

  void FillFact(const FieldDescriptor& field, Message& fact) {
    const auto& rule = field.options().GetExtension(v1::fact);
    Strings codes(rule.codes().begin(), rule.codes().end());
    if (codes.empty()) codes = kFreeCodes;
    if (auto* yes_no = dynamic_cast<v1::Fact*>(&fact)) Say(*yes_no);
    if (auto* number = dynamic_cast<v1::NumberFact*>(&fact)) {
      Say(*number);
      number->set_value(
          dice_.Pick<int>({0, 1, 2, 12, 13, 18, 30, 40, 600, 15000}));
    }
    if (auto* choice = dynamic_cast<v1::ChoiceFact*>(&fact)) {
      Say(*choice);
      if (choice->answer() == v1::NO) choice->set_answer(v1::YES);
      choice->set_code(dice_.Word(codes));
    }
    if (auto* set = dynamic_cast<v1::SetFact*>(&fact)) {
      std::set<std::string> some;
      for (int i = 1 + dice_.Below(4); i > 0; --i)
        some.insert(dice_.Word(codes));
      for (const std::string& code : some) {
        v1::CodedFact& value = *set->add_values();
        value.set_code(code);
        Say(value);
      }
    }
  }

  // Every kind of fact, each now and then.
  void FillProfile(v1::RecoveryProfile& profile, int sparse) {
    const auto* reflection = profile.GetReflection();
    for (int g = 0; g < profile.GetDescriptor()->field_count(); ++g) {
      const FieldDescriptor* group = profile.GetDescriptor()->field(g);
      for (int f = 0; f < group->message_type()->field_count(); ++f) {
        const FieldDescriptor* field = group->message_type()->field(f);
        if (!field->options().HasExtension(v1::fact) || !dice_.One(sparse)) {
          continue;
        }
        Message& inner = *reflection->MutableMessage(&profile, group);
        FillFact(*field, *inner.GetReflection()->MutableMessage(&inner, field));
      }
    }
  }

  void FillAny(v1::AnyServiceProfile& any) {
    if (!dice_.One(3)) any.clear_attendance_mode();
    if (dice_.One(3)) {
      v1::PlaceCount& places = *any.add_places();
      places.set_population(dice_.Word(kPopulations));
      places.set_unit("bed");
      Say(*places.mutable_available());
      places.mutable_available()->set_value(dice_.Below(4));
    }
    for (int i = dice_.One(3) ? 1 + dice_.Below(2) : 0; i > 0; --i) {
      v1::DocumentRule& rule = *any.add_documents();
      Say(rule);
      for (int j = 1 + dice_.Below(2); j > 0; --j) {
        rule.add_any_of(dice_.Word(kDocuments));
      }
      rule.set_within_days(dice_.Below(4));
    }
    // Nothing is recorded where there is no answer.
    if (dice_.One(30)) any.add_documents()->add_any_of("ssn_card");
    if (dice_.One(6)) {
      any.mutable_intake_hours()->set_text("weekdays 8 to 3");
      *any.mutable_intake_hours()->mutable_provenance() = Source();
    }
  }

  void FillPlace(v1::Listing& listing) {
    if (dice_.One(8)) return;
    if (!dice_.One(5)) listing.set_location_id("location-" + listing.id());
    if (!dice_.One(3)) listing.mutable_address()->set_city("Millbrook");
    if (dice_.One(2)) listing.mutable_address()->set_address_1("1 Elm St");
    if (dice_.One(10)) return;  // An address, but no place.
    v1::Place& place = *listing.mutable_place();
    place.set_basis(v1::Place::COORDINATES);
    if (dice_.One(5)) {
      place.set_basis(static_cast<v1::Place::Basis>(2 + dice_.Below(3)));
      place.set_approximate(true);
      listing.set_confidential(dice_.One(2));
    }
    if (dice_.One(15)) place.set_approximate(true);
    const int reach =
        dice_.Pick<int>({0, 500'000, 2'000'000, 6'000'000, 30'000'000});
    const auto offset = [&] {
      return reach == 0 ? 0 : dice_.Below(2 * reach) - reach;
    };
    place.set_latitude_e7(390'000'000 + offset());
    place.set_longitude_e7(-766'000'000 + offset());
    const std::string state = dice_.Word({"MD", "MD", "VA", "PA"});
    if (dice_.One(5)) {
      listing.mutable_address()->set_state_province(state);
    } else {
      place.set_state(state);
    }
  }

  v1::Schedule RandomSchedule() {
    v1::Schedule out;
    if (!dice_.One(5)) out.set_freq(v1::WEEKLY);
    std::string days = dice_.Word(kDays);
    const std::string other = dice_.Word(kDays);
    if (dice_.One(2) && other != days) absl::StrAppend(&days, ",", other);
    switch (dice_.Below(10)) {
      case 0:
        out.set_freq(v1::MONTHLY);
        out.set_byday(absl::StrCat(dice_.Pick<int>({1, 2, 4, 5, -1, -2}),
                                   dice_.Word(kDays)));
        break;
      case 1:
        out.set_freq(v1::MONTHLY);
        out.set_bymonthday(dice_.Word({"1,15", "31", "-1", "8"}));
        if (dice_.One(3)) out.set_interval(2);
        out.set_dtstart(DayOf(now_, -40));
        break;
      case 2:
        out.set_byday(days);
        out.set_interval(1 + dice_.Below(3));
        out.set_dtstart(DayOf(now_, dice_.Below(40) - 30));
        if (dice_.One(2)) out.set_count(1 + dice_.Below(8));
        if (dice_.One(3)) out.set_wkst(v1::SU);
        break;
      case 3:
        out.set_dtstart(DayOf(now_, dice_.Below(30) - 5));
        if (dice_.One(2)) out.clear_freq();
        break;
      case 4:
        out.clear_freq();
        break;
      case 5:
        out.set_byday("MO,TU,WE,TH,FR,SA,SU");
        break;
      default:
        out.set_byday(days);
    }
    const bool whole_day = dice_.One(8);
    out.set_opens_at(whole_day ? "00:00" : dice_.Word(kClocks));
    if (whole_day) out.set_closes_at("23:59");
    if (!whole_day && !dice_.One(4)) {
      out.set_closes_at(dice_.One(12) ? "24:00" : dice_.Word(kClocks));
    }
    if (dice_.One(10)) out.set_until(DayOf(now_, dice_.Below(30) - 10));
    if (dice_.One(12)) out.set_valid_from(DayOf(now_, dice_.Below(30) - 10));
    if (dice_.One(12)) out.set_valid_to(DayOf(now_, dice_.Below(30) - 10));
    if (dice_.One(15)) out.clear_opens_at();
    if (dice_.One(15)) out.set_description("call first");
    if (dice_.One(8)) out.set_zone(dice_.Word(kZones));
    if (dice_.One(30)) out.set_zone("Mars/Olympus");
    return out;
  }

  void FillHours(v1::Listing& listing) {
    if (!dice_.One(6)) listing.set_zone(dice_.Word(kZones));
    if (!dice_.One(5)) {
      for (int i = 1 + (dice_.One(3) ? dice_.Below(3) : 0); i > 0; --i) {
        *listing.add_schedules() = RandomSchedule();
      }
    }
    if (dice_.One(8)) Say(*listing.mutable_round_the_clock());
    if (!dice_.One(6)) return;
    v1::OperatingState& state = *listing.mutable_operating_state();
    state.set_kind(static_cast<v1::OperatingState::Kind>(1 + dice_.Below(3)));
    if (!dice_.One(3)) state.set_from(DayOf(now_, dice_.Below(20) - 15));
    if (!dice_.One(3)) state.set_until(DayOf(now_, dice_.Below(25) - 5));
    if (dice_.One(2)) Say(*state.mutable_activated());
  }

  void FillFields(v1::Listing& listing) {
    for (const char* field : {"hours", "phone", "address", "service_area",
                              "languages", "documents", "status"}) {
      if (dice_.One(4)) continue;
      v1::FieldProvenance& date = *listing.add_fields();
      date.set_field(field);
      *date.mutable_provenance() = Source();
    }
    if (!dice_.One(3)) listing.add_phones()->set_number("+14105550100");
    if (dice_.One(6)) listing.add_languages()->set_code(dice_.Word(kFreeCodes));
    for (int i = dice_.One(3) ? 1 + dice_.Below(2) : 0; i > 0; --i) {
      v1::CoverageArea& area = *listing.add_coverage();
      area.set_kind(static_cast<v1::CoverageArea::Kind>(dice_.Below(5)));
      area.set_code(area.kind() == v1::CoverageArea::STATE
                        ? dice_.Word({"MD", "VA"})
                    : area.kind() == v1::CoverageArea::COUNTY
                        ? dice_.Word({"MD/Baltimore", "PA/York", "MD/Talbot"})
                        : dice_.Word(kZips));
    }
  }

  Dice dice_;
  absl::Time now_;
};

class RequestMaker {
 public:
  RequestMaker(unsigned seed, const World& world)
      : dice_(seed * 2654435761u + 1), world_(world) {}

  Asked Make() {
    const absl::Time as_of =
        world_.now + absl::Minutes(dice_.One(2) ? 0 : 30 * dice_.Below(300));
    now_ = as_of;
    v1::MatchRequest& request = out_.request;
    request.mutable_as_of()->set_seconds(absl::ToUnixSeconds(as_of));
    request.set_max_results(dice_.Pick<int>({100, 100, 100, 3, 10}));
    if (dice_.One(3)) request.set_zone(dice_.Word(kZones));
    v1::Person& person = *request.mutable_person();
    if (!dice_.One(4)) Start(*person.mutable_start());
    if (!dice_.One(3)) Someone(person);
    if (!dice_.One(2)) Time(person);
    for (int i = dice_.One(6) ? 2 : 1; i > 0; --i)
      FillNeed(*request.add_needs());
    for (int i = dice_.Below(3); i > 0; --i) {
      *request.add_criteria() = RandomCriterion();
    }
    if (dice_.One(5)) FillObligation(*request.add_obligations());
    v1::AnswerParts& include = *request.mutable_include();
    include.set_near_misses(dice_.One(4));
    include.set_exclusions(dice_.One(4));
    include.set_relaxations(dice_.One(6));
    include.set_range(dice_.One(4));
    if (dice_.One(4)) request.set_range_size(1 + dice_.Below(8));
    if (dice_.One(8)) request.mutable_exclude()->add_listing_ids("l103");
    if (dice_.One(8)) request.mutable_exclude()->add_organization_ids("o3");
    if (dice_.One(6)) Policy();
    if (dice_.One(5)) {
      auto& ttls = out_.settings.lifetimes.by_source["211"];
      ttls[v1::TTL_ELIGIBILITY] = absl::Hours(24 * 400);
      ttls[v1::TTL_POLICY] = absl::Hours(24 * 30);
    }
    return out_;
  }

 private:
  Strings CodesOf(const std::string& path) {
    const auto* group = v1::RecoveryProfile::descriptor()->FindFieldByName(
        path.substr(0, path.find('.')));
    const auto& rule = group->message_type()
                           ->FindFieldByName(path.substr(path.find('.') + 1))
                           ->options()
                           .GetExtension(v1::fact);
    return {rule.codes().begin(), rule.codes().end()};
  }

  void Start(v1::Point& start) {
    if (dice_.One(2)) {
      start.set_postal_code(dice_.Word(kZips));
      return;
    }
    start.set_latitude_e7(390'000'000 + dice_.Below(1'000'000));
    start.set_longitude_e7(-766'000'000 - dice_.Below(1'000'000));
  }

  template <typename F>
  void Some(int in, const std::string& path, const F& add) {
    if (!dice_.One(in)) return;
    Strings codes = CodesOf(path);
    const std::string first = dice_.Word(codes);
    add(first);
    const std::string second = dice_.Word(codes);
    if (dice_.One(3) && second != first) add(second);
  }

  void Someone(v1::Person& person) {
    if (dice_.One(3)) person.set_age(dice_.Pick<int>({12, 17, 18, 30, 41}));
    Some(4, "any.genders", [&](const auto& c) { person.set_gender(c); });
    Some(4, "any.medication",
         [&](const auto& c) { person.add_medications(c); });
    Some(5, "any.record_accepted",
         [&](const auto& c) { person.add_circumstances(c); });
    Some(6, "any.access", [&](const auto& c) { person.add_access_needs(c); });
    if (dice_.One(5)) {
      for (const auto& tag : dice_.Pick<Strings>({{"es"},
                                                  {"ase", "en"},
                                                  {"en"},
                                                  {"es", "en"},
                                                  {"fr", "es"},
                                                  {"ase", "es"},
                                                  {"en", "ase"},
                                                  {"en", "es"},
                                                  {"ase"}})) {
        person.add_languages(tag);
      }
    }
    if (dice_.One(4)) Household(*person.mutable_household());
    for (int i = dice_.One(4) ? 1 + dice_.Below(2) : 0; i > 0; --i) {
      v1::Coverage& one = *person.add_coverage();
      one.set_state(static_cast<v1::Coverage::State>(1 + dice_.Below(4)));
      if (one.state() != v1::Coverage::NONE) {
        one.set_kind(dice_.Word(CodesOf("any.payments")));
      } else if (person.coverage_size() > 1) {
        person.mutable_coverage()->RemoveLast();
      } else {
        break;
      }
    }
    if (dice_.One(4)) person.set_used_today(dice_.One(2));
    if (dice_.One(4)) person.set_days_without_use(dice_.Pick<int>({0, 13, 30}));
    if (dice_.One(4)) Documents(person);
    if (dice_.One(6)) person.set_cannot_show_ssn_or_status(true);
    if (dice_.One(6)) person.set_pregnant_or_postpartum(dice_.One(2));
    if (dice_.One(6)) person.set_veteran(dice_.One(2));
    if (dice_.One(3)) Home(*person.mutable_home());
  }

  void Household(v1::Household& home) {
    if (dice_.One(2)) home.set_partner(dice_.One(2));
    if (dice_.One(3)) home.set_pets(dice_.One(2));
    if (dice_.One(3)) home.set_service_animal(dice_.One(2));
    for (int i = dice_.Below(4); i > 0; --i) {
      v1::Child& child = *home.add_children();
      if (!dice_.One(4)) child.set_age(dice_.Pick<int>({1, 12, 13, 17}));
      child.set_gender(dice_.Word({"boy", "girl", ""}));
    }
  }

  void Documents(v1::Person& person) {
    if (dice_.One(2)) person.set_documents_stated(true);
    for (int i = dice_.Below(3); i > 0; --i) {
      v1::HeldDocument& held = *person.add_documents();
      held.set_document(dice_.Word(kDocuments));
      if (dice_.One(2)) held.set_available_on(DayOf(now_, dice_.Below(6)));
    }
  }

  void Home(v1::HomeArea& home) {
    switch (dice_.Below(4)) {
      case 0:
        home.set_postal_code(dice_.Word(kZips));
        break;
      case 1:
        home.set_state(dice_.Word({"MD", "VA", "PA"}));
        break;
      case 2:
        home.set_county(dice_.Word({"Baltimore", "Talbot"}));
        break;
      default:
        home.set_state("MD");
        home.set_county(dice_.Word({"Baltimore County", "Talbot"}));
    }
  }

  v1::WeekWindow Window() {
    v1::WeekWindow out;
    for (const std::string& day : kDays) {
      if (dice_.One(3)) out.add_days(day);
    }
    out.set_start(dice_.Word(kClocks));
    out.set_end(dice_.One(10) ? "24:00" : dice_.Word(kClocks));
    return out;
  }

  void Time(v1::Person& person) {
    for (int i = dice_.Below(3); i > 0; --i) *person.add_free() = Window();
    for (int i = dice_.Below(3); i > 0; --i) {
      v1::Anchor& anchor = *person.add_anchors();
      anchor.set_name("work");
      *anchor.mutable_window() = Window();
    }
    if (dice_.One(4)) {
      person.set_earliest_start(DayOf(now_, dice_.Below(40) - 3));
    }
  }

  void FillNeed(v1::Need& need) {
    if (!dice_.One(8)) {
      std::set<std::string> terms;
      for (int i = 1 + dice_.Below(4); i > 0; --i) {
        terms.insert(dice_.One(2) ? dice_.Word(kBroadKinds)
                                  : dice_.Word(kKinds));
      }
      for (const std::string& term : terms) need.add_terms(term);
    }
    if (need.terms().empty() || dice_.One(4)) {
      need.set_words(dice_.Word(kAskedWords));
      if (!need.terms().empty() && dice_.One(2)) need.set_words_mode(v1::BOOST);
    }
    if (dice_.One(3)) {
      need.set_for_whom(static_cast<v1::ForWhom>(1 + dice_.Below(3)));
    }
    if (out_.request.person().has_start()) {
      if (dice_.One(2)) {
        need.set_within_m(dice_.Pick<int>({3'000, 10'000, 30'000, 250'000}));
      }
      need.set_widen(dice_.One(4));
    }
    std::set<std::string> modes;
    if (dice_.One(4)) {
      for (int i = 1 + dice_.Below(2); i > 0; --i)
        modes.insert(dice_.Word(kModes));
    }
    for (const std::string& mode : modes) need.add_modes(mode);
    if (dice_.One(2)) When(*need.mutable_when());
    if (dice_.One(4)) *need.add_criteria() = RandomCriterion();
  }

  void When(v1::NeedTime& when) {
    switch (dice_.Below(4)) {
      case 0:
        when.set_now(true);
        return;
      case 1:
        when.mutable_at()->set_seconds(absl::ToUnixSeconds(now_) +
                                       1800 * dice_.Below(1000));
        return;
      case 2:
        *when.mutable_window() = Window();
        break;
      default:
        when.set_tonight(true);
    }
    if (dice_.One(3)) {
      when.set_mode(static_cast<v1::WindowMode>(1 + dice_.Below(3)));
    }
  }

  v1::Criterion RandomCriterion() {
    v1::Criterion out;
    out.set_kind(static_cast<v1::CriterionKind>(1 + dice_.Below(3)));
    if (out.kind() == v1::PREFER) out.set_weight(dice_.Below(4));
    const auto* profile = v1::RecoveryProfile::descriptor();
    while (out.values().empty()) {
      const auto* group = profile->field(
          dice_.One(2) ? 0 : dice_.Below(profile->field_count()));
      const auto* field = group->message_type()->field(
          dice_.Below(group->message_type()->field_count()));
      if (!field->options().HasExtension(v1::fact)) continue;
      out.set_field(absl::StrCat(group->name(), ".", field->name()));
      Values(field->message_type()->name(), out);
    }
    return out;
  }

  void Values(const std::string& type, v1::Criterion& out) {
    if (type == "Fact") {
      out.add_values(dice_.One(3) ? "no" : "yes");
    } else if (type == "NumberFact") {
      out.add_values(absl::StrCat(dice_.Word({"<=", ">=", ""}),
                                  dice_.Pick<int>({0, 1, 13, 30, 15000})));
    } else {
      Strings codes = CodesOf(out.field());
      if (codes.empty()) codes = kFreeCodes;
      std::set<std::string> some;
      for (int i = 1 + dice_.Below(3); i > 0; --i)
        some.insert(dice_.Word(codes));
      for (const std::string& code : some) out.add_values(code);
    }
  }

  v1::Criterion Must() {
    v1::Criterion out = RandomCriterion();
    out.clear_weight();
    out.set_kind(dice_.One(4) ? v1::MUST_NOT : v1::MUST);
    return out;
  }

  void FillObligation(v1::Obligation& out) {
    out.set_owner("court");
    out.set_proof_wanted(dice_.One(2));
    if (!out.proof_wanted() || dice_.One(2)) *out.mutable_criterion() = Must();
    if (dice_.One(2)) out.set_end_date(DayOf(now_, dice_.Below(5) - 2));
  }

  void Policy() { out_.settings.policy.push_back(Must()); }

  Dice dice_;
  const World& world_;
  absl::Time now_;
  Asked out_;
};

}  // namespace

World RandomWorld(unsigned seed) { return WorldMaker(seed).Make(); }

v1::Listing RandomListing(unsigned seed, const World& world,
                          const std::string& id) {
  return WorldMaker(seed, world.now).RandomListing(id);
}

Asked RandomRequest(unsigned seed, const World& world) {
  return RequestMaker(seed, world).Make();
}

}  // namespace handrail::oracle
