#include "matcher/option.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "matcher/fact_age.h"
#include "matcher/speaker.h"

namespace handrail::matcher {
namespace {

// The page of a listing that names no way to write to it.
constexpr char kWebsite[] = "website";

bool IsByWeb(const std::string& channel) {
  return channel == "web_chat" || channel == "web_form" || channel == "email" ||
         channel == "video_relay" || channel == kWebsite;
}

bool IsPhoneOf(const v1::Phone& phone, std::string_view channel) {
  const std::string& type = phone.type();
  if (channel == "text") return type == "text" || type == "sms";
  return type != "fax" && type != "text" && type != "sms" && type != "pager";
}

std::string PhoneFor(const v1::Listing& listing, std::string_view channel) {
  for (const v1::Phone& phone : listing.phones()) {
    if (phone.number().empty() || !IsPhoneOf(phone, channel)) continue;
    if (phone.extension().empty()) return phone.number();
    return absl::StrCat(phone.number(), " x", phone.extension());
  }
  return "";
}

// Whether the listing says that it can be reached this way.
bool Reaches(const ProfileFacts& facts, std::string_view channel) {
  return facts.Read(KnownField("any.contact_channels"), channel).answer ==
         v1::YES;
}

std::string ContactFor(const v1::Listing& listing, const ProfileFacts& facts,
                       std::string_view channel) {
  if (channel == "voice" || channel == "video_relay") {
    return PhoneFor(listing, "voice");
  }
  if (channel == "text") {
    const std::string number = PhoneFor(listing, "text");
    if (!number.empty() || !Reaches(facts, "text")) return number;
    return PhoneFor(listing, "voice");
  }
  if (channel == "email") return listing.email();
  if (channel == "walk_in") {
    return listing.confidential() ? "" : listing.address().address_1();
  }
  if (channel == kWebsite) return listing.url();
  return Reaches(facts, channel) ? listing.url() : "";
}

// "(240) 555-0100" of "+12405550100"; other numbers as they are.
std::string ReadablePhone(std::string_view number) {
  const size_t space = number.find(' ');
  const std::string_view digits = number.substr(0, space);
  const bool american =
      digits.size() == 12 && digits.starts_with("+1") &&
      std::all_of(digits.begin() + 1, digits.end(),
                  [](char c) { return c >= '0' && c <= '9'; });
  if (!american) return std::string(number);
  std::string text = "(";
  text.append(digits.substr(2, 3)).append(") ");
  text.append(digits.substr(5, 3)).append("-").append(digits.substr(8));
  if (space != std::string_view::npos) text.append(number.substr(space));
  return text;
}

void AddComponent(v1::Explanation& explanation, std::string name, int points,
                  int maximum, std::string sentence) {
  v1::Component& component = *explanation.add_components();
  component.set_name(std::move(name));
  component.set_points(points);
  component.set_maximum(maximum);
  component.set_sentence(std::move(sentence));
}

void AddPrefer(const Speaker& speaker, const Points& points,
               v1::Explanation& explanation) {
  int maximum = 0;
  for (const Finding& finding : points.prefer_findings) {
    maximum += finding.criterion->weight * kPreferPointsEach;
  }
  AddComponent(explanation, "prefer", *points.prefer, maximum,
               speaker.say().Fill("component.prefer",
                                  {{"points", absl::StrCat(*points.prefer)},
                                   {"maximum", absl::StrCat(maximum)}}));
  v1::Component& prefer =
      *explanation.mutable_components(explanation.components_size() - 1);
  for (size_t i = 0; i < points.prefer_findings.size(); ++i) {
    const Finding& finding = points.prefer_findings[i];
    v1::Component& part = *prefer.add_parts();
    part.set_name(std::string(finding.rule));
    part.set_points(points.prefer_points[i]);
    part.set_maximum(finding.criterion->weight * kPreferPointsEach);
    part.set_sentence(speaker.PreferSentence(finding));
  }
}

void AddComponents(const Speaker& speaker, const Points& points,
                   v1::Explanation& explanation) {
  if (points.need.has_value()) {
    AddComponent(explanation, "need", *points.need, kNeedPointsMax,
                 speaker.NeedSentence(points));
  }
  if (points.words.has_value()) {
    AddComponent(explanation, "words", *points.words, kWordsPointsMax,
                 speaker.WordsSentence(points));
  }
  if (points.near.has_value()) {
    AddComponent(explanation, "near", *points.near, kNearPointsMax,
                 speaker.NearSentence());
  }
  if (points.when.has_value()) {
    AddComponent(explanation, "when", *points.when, kWhenPointsMax,
                 speaker.WhenSentence(points));
  }
  if (points.prefer.has_value()) AddPrefer(speaker, points, explanation);
  if (points.availability.has_value()) {
    AddComponent(explanation, "availability", *points.availability,
                 kAvailabilityPointsMax,
                 speaker.AvailabilitySentence(points.reported));
  }
  AddComponent(explanation, "freshness", points.freshness, kFreshnessPointsMax,
               speaker.FreshnessSentence(points.freshness_days));
}

void AddJudgements(const Speaker& speaker, const Judgment& judgment,
                   v1::Explanation& explanation) {
  for (const Finding& finding : judgment.findings) {
    v1::Judgement& judgement = *explanation.add_judgements();
    judgement.set_rule(std::string(finding.rule));
    judgement.set_owner(finding.owner);
    judgement.set_state(finding.judged.state);
    judgement.set_doubt(finding.judged.doubt);
    judgement.set_age(finding.age);
    judgement.set_sentence(speaker.SentenceOf(finding));
  }
}

void AddQuestions(const Speaker& speaker, const Question& question,
                  const Row& row, const Judgment& judgment,
                  v1::Option& option) {
  const Sentences& say = speaker.say();
  const ContactWay way =
      WayToAsk(question.person(), speaker.texts(), row.facts);
  const v1::Communication& communication = question.person().communication();
  const bool no_phone =
      communication.has_has_phone() && !communication.has_phone();
  std::set<std::string> asked;
  for (const Finding& finding : judgment.findings) {
    if (finding.judged.state != v1::UNKNOWN) continue;
    std::string text = speaker.QuestionOf(finding);
    if (!asked.insert(text).second) continue;
    if (way.contact.empty()) {
      const bool said = !communication.channels().empty();
      text = say.Fill(no_phone ? "ask.no_phone"
                      : said   ? "ask.no_channel"
                               : "ask.no_contact",
                      {{"question", text}});
    }
    v1::Question& out = *option.add_questions();
    out.set_rule(std::string(finding.rule));
    out.set_text(std::move(text));
    out.set_doubt(finding.judged.doubt);
    out.set_channel(way.channel);
    out.set_contact(way.contact);
  }
}

void AddFact(v1::Option& option, std::string_view field, std::string sentence,
             v1::AgeState age, const v1::Provenance* provenance) {
  v1::DatedFact& fact = *option.add_facts();
  fact.set_field(std::string(field));
  fact.set_sentence(std::move(sentence));
  fact.set_age(age);
  if (provenance != nullptr) *fact.mutable_provenance() = *provenance;
}

// How one takes part, as recorded, and what one joins with.
void AddTakingPart(const Speaker& speaker, const Question& question,
                   const Row& row, std::set<std::string>& told,
                   v1::Option& option) {
  const v1::RecoveryProfile& profile = row.listing.profile();
  const FactField& field = KnownField("any.attendance_mode");
  for (const Reading& reading : row.facts.All(field)) {
    if (reading.answer == v1::ANSWER_UNSPECIFIED) continue;
    Finding finding;
    finding.rule = field.path;
    finding.field = &field;
    finding.code = reading.code;
    finding.answer = reading.answer;
    finding.words = reading.words;
    finding.provenance = reading.provenance;
    finding.age =
        AgeOf(reading.provenance, field.ttl, question.as_of, *question.ttls);
    std::string sentence = speaker.FactOf(finding);
    if (!told.insert(sentence).second) continue;
    AddFact(option, field.path, std::move(sentence), finding.age,
            finding.provenance);
  }
  const auto add_text = [&](const char* name, const char* key,
                            const v1::TextFact& fact) {
    if (fact.text().empty()) return;
    const v1::Provenance* date =
        fact.has_provenance() ? &fact.provenance() : nullptr;
    const v1::AgeState age =
        AgeOf(date, v1::TTL_MEETING_TIME, question.as_of, *question.ttls);
    AddFact(option, name,
            speaker.say().Fill(key, {{"value", fact.text()},
                                     {"dated", speaker.Dated(age, date)}}),
            age, date);
  };
  const v1::SupportGroupProfile& group = profile.support_group();
  add_text("support_group.conference_link", "dated_fact.conference_link",
           group.conference_link());
  add_text("support_group.phone_dial_in", "dated_fact.dial_in",
           group.phone_dial_in());
}

void AddHsdsFacts(const Speaker& speaker, const Question& question,
                  const Candidate& candidate, v1::Option& option) {
  const Sentences& say = speaker.say();
  const Row& row = *candidate.row;
  const v1::Listing& listing = speaker.texts();
  if (row.opening.known()) {
    const v1::Provenance* date = nullptr;
    const v1::AgeState age = HoursAge(question, row, &date);
    const std::string value =
        say.Fill(row.opening.round_the_clock() ? "dated_fact.hours_always"
                                               : "dated_fact.hours_listed");
    AddFact(option, "hours",
            say.Fill("dated_fact.hours",
                     {{"value", value}, {"dated", speaker.Dated(age, date)}}),
            age, date);
  } else {
    AddFact(option, "hours", say.Fill("dated_fact.hours_unknown"),
            v1::AGE_STATE_UNSPECIFIED, nullptr);
  }
  const std::string number = PhoneFor(listing, "voice");
  if (!number.empty()) {
    const v1::Provenance* date = row.FieldDate(HsdsField::kPhone);
    const v1::AgeState age =
        AgeOf(date, v1::TTL_ELIGIBILITY, question.as_of, *question.ttls);
    AddFact(option, "phone",
            say.Fill("dated_fact.phone", {{"value", ReadablePhone(number)},
                                          {"dated", speaker.Dated(age, date)}}),
            age, date);
  }
  // Where nobody goes, an address would send people there.
  if (!candidate.in_person) return;
  const v1::Provenance* date = row.FieldDate(HsdsField::kAddress);
  const v1::AgeState age =
      AgeOf(date, v1::TTL_ADDRESS, question.as_of, *question.ttls);
  const std::string dated = speaker.Dated(age, date);
  if (listing.confidential()) {
    AddFact(option, "address",
            say.Fill("dated_fact.address_private", {{"dated", dated}}), age,
            date);
  } else if (!option.listing().address().empty()) {
    AddFact(option, "address",
            say.Fill("dated_fact.address",
                     {{"value", option.listing().address()}, {"dated", dated}}),
            age, date);
  }
}

void AddFacts(const Speaker& speaker, const Question& question,
              const Candidate& candidate, const Judgment& judgment,
              const Points& points, v1::Option& option) {
  const Row& row = *candidate.row;
  std::set<std::string> told;
  // First where it is not a place to go to.
  if (!candidate.in_person) {
    AddTakingPart(speaker, question, row, told, option);
  }
  AddHsdsFacts(speaker, question, candidate, option);
  if (candidate.in_person) {
    AddTakingPart(speaker, question, row, told, option);
  }
  for (const Finding& finding : judgment.findings) {
    if (!finding.recorded() || finding.rule == "hours") continue;
    std::string sentence = speaker.FactOf(finding);
    if (!told.insert(sentence).second) continue;
    AddFact(option, finding.rule, std::move(sentence), finding.age,
            finding.provenance);
  }
  if (points.availability.has_value()) {
    const char* const fields[] = {"", "any.places", "any.accepting_new",
                                  "any.waitlist"};
    AddFact(option, fields[static_cast<int>(points.reported.kind)],
            speaker.AvailabilitySentence(points.reported), points.reported.age,
            points.reported.reading.provenance);
  }
}

void AddNext(const Speaker& speaker, const Question& question,
             const Candidate& candidate, v1::Option& option) {
  const Sentences& say = speaker.say();
  const Row& row = *candidate.row;
  OpeningRule own;
  const OpeningRule& opening = OpeningOf(question, row, own);
  const absl::TimeZone zone = LocalZone(question, candidate);
  const absl::Time from = FromTime(question, zone);
  const std::optional<Interval> next = opening.NextOpening(from);
  if (!next.has_value()) return;
  const v1::Provenance* date = nullptr;
  const v1::AgeState age = HoursAge(question, row, &date);
  const bool sure = age == v1::CONFIRMED;
  v1::NextOpening& out = *option.mutable_next();
  out.set_zone(zone.name());
  SetTime(next->start, *out.mutable_start());
  if (opening.round_the_clock()) {
    out.set_words(speaker.WithoutTravelFirst(
        say.Fill(IsOld(age) ? "next.open_always_listed" : "next.open_always")));
    return;
  }
  SetTime(next->end, *out.mutable_end());
  const bool now = next->start <= question.as_of;
  const std::string value = speaker.Moment(now ? next->end : next->start, zone);
  const std::string_view key =
      now          ? (IsOld(age) ? "next.open_now_listed" : "next.open_now")
      : IsOld(age) ? "next.words_old"
      : sure       ? "next.words_confirmed"
                   : "next.words";
  out.set_words(speaker.WithoutTravelFirst(say.Fill(key, {{"value", value}})));
}

int TravelMinutesOf(const v1::Person& person, const Candidate& candidate) {
  if (candidate.distance_m < 0 || !candidate.in_person) return -1;
  for (const std::string& way : person.travel()) {
    const std::optional<int> minutes = TravelMinutes(candidate.distance_m, way);
    if (minutes.has_value()) return *minutes;
  }
  return -1;
}

}  // namespace

void SetTime(absl::Time time, google::protobuf::Timestamp& out) {
  const std::int64_t seconds = absl::ToUnixSeconds(time);
  out.set_seconds(seconds);
  out.set_nanos(static_cast<int>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

ContactWay WayToAsk(const v1::Person& person, const v1::Listing& listing,
                    const ProfileFacts& facts) {
  const v1::Communication& communication = person.communication();
  std::vector<std::string> channels(communication.channels().begin(),
                                    communication.channels().end());
  if (channels.empty()) {
    channels = {"voice", "text", "email", "web_chat", "web_form", "walk_in"};
  }
  // Going there to ask is the last way; the page comes before it, for people
  // who use any of the web.
  const auto going = std::stable_partition(
      channels.begin(), channels.end(),
      [](const std::string& channel) { return channel != "walk_in"; });
  if (std::any_of(channels.begin(), going, IsByWeb)) {
    channels.insert(going, kWebsite);
  }
  const bool no_phone =
      communication.has_has_phone() && !communication.has_phone();
  const bool no_data =
      communication.has_has_data() && !communication.has_data();
  for (const std::string& channel : channels) {
    const bool by_phone = channel == "voice" || channel == "text";
    if ((no_phone && by_phone) || (no_data && IsByWeb(channel))) continue;
    std::string contact = ContactFor(listing, facts, channel);
    if (!contact.empty()) return {channel, std::move(contact)};
  }
  return {};
}

v1::Option MakeOption(const Question& question, const AskedNeed& need,
                      const Range& range, const Candidate& candidate) {
  const Row& row = *candidate.row;
  AskedTimes times(question, need);
  Judgment judgment;
  Judge(question, need, times, candidate, AfterNo::kGoOn, judgment);
  const Points points = Score(question, need, times, range, candidate,
                              OldestDays(question, row, judgment));
  const Speaker speaker(question, need, candidate);
  v1::Option option;
  *option.mutable_listing() = SummaryOf(speaker.texts());
  option.set_verdict(judgment.verdict);
  option.set_doubt(judgment.doubt);
  option.set_doubt_count(judgment.doubt_count);
  option.set_points(points.total());
  option.set_distance_m(candidate.distance_m);
  option.set_place_approximate(candidate.in_person &&
                               row.listing.place().approximate());
  option.set_travel_minutes(TravelMinutesOf(question.person(), candidate));
  AddComponents(speaker, points, *option.mutable_explanation());
  AddJudgements(speaker, judgment, *option.mutable_explanation());
  AddQuestions(speaker, question, row, judgment, option);
  speaker.TheirRules(*option.mutable_their_rules());
  speaker.WhatToBring(*option.mutable_what_to_bring());
  AddFacts(speaker, question, candidate, judgment, points, option);
  AddNext(speaker, question, candidate, option);
  option.set_freshness_days(points.freshness_days);
  return option;
}

}  // namespace handrail::matcher
