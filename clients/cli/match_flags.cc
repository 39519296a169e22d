#include "clients/cli/match_flags.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/flag_checks.h"
#include "clients/cli/flag_text.h"
#include "clients/cli/week_text.h"
#include "google/protobuf/util/json_util.h"
#include "storage/base/status.h"

namespace handrail::cli {
namespace {

absl::Status AddCriteria(v1::CriterionKind kind, const std::string& flag,
                         const std::vector<std::string>& texts,
                         v1::MatchRequest& request) {
  for (const std::string& text : texts) {
    HANDRAIL_ASSIGN_OR_RETURN(*request.add_criteria(),
                              ParseCriterion(kind, flag, text));
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::MatchRequest> ReadRequest(const std::string& file,
                                             std::istream& standard_input) {
  std::string json;
  if (file == "-") {
    json.assign(std::istreambuf_iterator<char>(standard_input), {});
  } else {
    std::error_code error;
    std::ifstream stream(file, std::ios::binary);
    if (!std::filesystem::is_regular_file(file, error) || !stream) {
      return absl::NotFoundError(
          absl::StrCat("cannot read ", file, "; expected a file"));
    }
    json.assign(std::istreambuf_iterator<char>(stream), {});
  }
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (json.starts_with(kByteOrderMark)) json.erase(0, kByteOrderMark.size());
  v1::MatchRequest request;
  const auto status =
      google::protobuf::util::JsonStringToMessage(json, &request);
  if (!status.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(
        file, " is no match request in JSON: ",
        std::string(status.message().data(), status.message().size())));
  }
  return request;
}

absl::Status FillPerson(const MatchFlags& flags, v1::MatchRequest& request) {
  v1::Person& person = *request.mutable_person();
  if (flags.age >= 0) person.set_age(flags.age);
  if (!flags.gender.empty()) person.set_gender(flags.gender);
  for (const auto& tag : flags.languages) person.add_languages(tag);
  for (const auto& code : flags.medications) person.add_medications(code);
  for (const auto& code : flags.circumstances) person.add_circumstances(code);
  for (const auto& channel : flags.channels) {
    person.mutable_communication()->add_channels(channel);
  }
  for (const auto& text : flags.coverage) {
    HANDRAIL_ASSIGN_OR_RETURN(*person.add_coverage(), ParseCoverage(text));
  }
  for (const auto& document : flags.documents) {
    person.set_documents_stated(true);
    if (document != "none") person.add_documents()->set_document(document);
  }
  if (!flags.home.empty()) {
    HANDRAIL_ASSIGN_OR_RETURN(*person.mutable_home(), ParseHome(flags.home));
  }
  if (!flags.near.empty()) {
    HANDRAIL_ASSIGN_OR_RETURN(*person.mutable_start(), ParsePoint(flags.near));
  }
  for (const auto& text : flags.free) {
    auto window = ParseWeekWindow(text);
    if (!window.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--free ", std::string(window.status().message())));
    }
    *person.add_free() = *std::move(window);
  }
  // Nothing was said about the person: leave the message out.
  if (person.ByteSizeLong() == 0) request.clear_person();
  return absl::OkStatus();
}

void FillParts(const MatchFlags& flags, v1::MatchRequest& request) {
  v1::AnswerParts parts = request.include();
  const bool all = flags.all_parts;
  parts.set_range(parts.range() || flags.range || flags.range_size > 0 || all);
  parts.set_near_misses(parts.near_misses() || flags.near_misses || all);
  parts.set_exclusions(parts.exclusions() || flags.exclusions || all);
  parts.set_relaxations(parts.relaxations() || flags.relaxations || all);
  parts.set_today(parts.today() || flags.today || all);
  parts.set_next_steps(parts.next_steps() || flags.next_steps || all);
  if (parts.ByteSizeLong() > 0) *request.mutable_include() = parts;
  if (flags.range_size > 0) request.set_range_size(flags.range_size);
}

absl::Status FillNeeds(const MatchFlags& flags, v1::MatchRequest& request) {
  for (const std::string& terms : flags.needs) {
    v1::Need& need = *request.add_needs();
    for (absl::string_view term : absl::StrSplit(terms, ',')) {
      need.add_terms(std::string(term));
    }
  }
  if (request.needs().empty() && !flags.words.empty()) request.add_needs();
  for (v1::Need& need : *request.mutable_needs()) {
    if (!flags.words.empty()) need.set_words(flags.words);
    if (flags.within_km != 0) {
      need.set_within_m(Metres(flags.within_km));
    }
    if (flags.widen) need.set_widen(true);
    for (const auto& mode : flags.modes) need.add_modes(mode);
    if (!flags.when.empty()) {
      HANDRAIL_ASSIGN_OR_RETURN(*need.mutable_when(), ReadWhen(flags.when));
    }
    if (!flags.for_whom.empty()) {
      HANDRAIL_ASSIGN_OR_RETURN(const v1::ForWhom who,
                                ParseForWhom(flags.for_whom));
      need.set_for_whom(who);
    }
  }
  return absl::OkStatus();
}

}  // namespace

void MatchFlags::AddTo(CLI::App& command, const std::string& request_flag) {
  command.add_option(request_flag, request_file,
                     "Match request as JSON; - for standard input");
  command.add_option("--need", needs,
                     "Kind of help (see `handrail terms`); several with commas "
                     "are one need, repeat for another");
  command.add_option("--words", words, "Words to look for");
  command.add_option("--near", near, "Where trips start: LAT,LON or ZIP");
  command.add_option("--within", within_km, "How far, kilometres")
      ->check(KilometresOfTrip());
  command.add_flag("--widen", widen,
                   "Look further until there are enough options");
  command.add_option("--must", must, "FIELD=VALUE that has to hold");
  command.add_option("--must-not", must_not, "FIELD=VALUE that must not hold");
  command.add_option("--prefer", prefer,
                     "FIELD=VALUE[:WEIGHT] that counts, weight 1 to 3");
  command.add_option("--medication", medications,
                     "Medication the person takes: methadone, buprenorphine, "
                     "xr_buprenorphine, xr_naltrexone");
  command.add_option("--when", when,
                     "When help is needed: now, tonight, a time, or a window "
                     "as in \"Tue 18:00-21:00\"");
  command.add_option("--free", free, "A free window of the week; earns points");
  command.add_option("--mode", modes,
                     "in_person, online, phone or comes_to_you");
  command.add_option("--for", for_whom, "self, family or both");
  command.add_option("--max", max_results, "Options per need, 1 to 100")
      ->check(CLI::Range(1, 100));
  command.add_option("--as-of", as_of, "Time of the question; default now");
  command.add_option("--age", age, "Age in years")->check(CLI::Range(0, 120));
  command.add_option("--gender", gender,
                     "woman, man, transgender_woman, transgender_man or "
                     "nonbinary");
  command.add_option("--language", languages,
                     "Language the person speaks, as in es");
  command.add_option("--coverage", coverage,
                     "KIND[:pending|suspended] as in medicaid, or none");
  command.add_option("--document", documents,
                     "Document held, as in photo_id, or none");
  command.add_option("--circumstance", circumstances,
                     "Record or duty the person chose to state");
  command.add_option("--channel", channels,
                     "How the person can be in touch: voice, text, "
                     "video_relay, email");
  command.add_option("--home", home, "Home area: MD, MD/Baltimore or ZIP");
  command.add_option("--answer-language", answer_language,
                     "Language of the answer: en or es; default en");
  command.add_option("--zone", zone, "The person's zone, America/New_York");
  command.add_option("--crisis", crisis,
                     "overdose, suicide, violence, withdrawal or "
                     "nowhere-tonight: answered first");
  CheckNotEmpty(command);
}

void MatchFlags::AddPartsTo(CLI::App& command) {
  command.add_flag("--range", range,
                   "Also a short list of different things to choose from");
  command
      .add_option("--range-size", range_size,
                  "Options in that list, 1 to 20; default 5")
      ->check(CLI::Range(1, 20));
  command.add_flag("--near-misses", near_misses,
                   "Also what would fit if one thing were different");
  command.add_flag("--exclusions", exclusions,
                   "Also how many each reason takes out");
  command.add_flag("--relaxations", relaxations,
                   "Also how many there would be with fewer wishes");
  command.add_flag("--today", today,
                   "Also something that can start today, for what has to wait");
  command.add_flag("--next-steps", next_steps,
                   "Also what each option usually leads to");
  command.add_flag("--all-parts", all_parts, "All of these");
}

absl::StatusOr<v1::MatchRequest> MatchFlags::ToRequest(
    std::istream& standard_input) const {
  v1::MatchRequest request;
  if (!request_file.empty()) {
    HANDRAIL_ASSIGN_OR_RETURN(request,
                              ReadRequest(request_file, standard_input));
  }
  HANDRAIL_RETURN_IF_ERROR(FillPerson(*this, request));
  HANDRAIL_RETURN_IF_ERROR(FillNeeds(*this, request));
  HANDRAIL_RETURN_IF_ERROR(AddCriteria(v1::MUST, "--must", must, request));
  HANDRAIL_RETURN_IF_ERROR(
      AddCriteria(v1::MUST_NOT, "--must-not", must_not, request));
  HANDRAIL_RETURN_IF_ERROR(
      AddCriteria(v1::PREFER, "--prefer", prefer, request));
  for (const std::string& text : crisis) {
    HANDRAIL_ASSIGN_OR_RETURN(const v1::CrisisKind kind, ParseCrisis(text));
    request.add_crisis(kind);
  }
  FillParts(*this, request);
  if (max_results > 0) request.set_max_results(max_results);
  if (!zone.empty()) request.set_zone(zone);
  if (!answer_language.empty()) request.set_language(answer_language);
  if (!as_of.empty()) {
    HANDRAIL_ASSIGN_OR_RETURN(*request.mutable_as_of(), ParseInstant(as_of));
  }
  return request;
}

}  // namespace handrail::cli
