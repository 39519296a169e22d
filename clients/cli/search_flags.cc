#include "clients/cli/search_flags.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/flag_checks.h"
#include "clients/cli/flag_text.h"
#include "clients/cli/week_text.h"
#include "storage/base/status.h"

namespace handrail::cli {
namespace {

// Each text may be several with commas.
template <typename Add>
void AddEach(const std::vector<std::string>& texts, const Add& add) {
  for (const std::string& text : texts) {
    for (absl::string_view one : absl::StrSplit(text, ',')) {
      add(std::string(one));
    }
  }
}

absl::Status FillArea(const SearchFlags& flags, v1::SearchRequest& request) {
  v1::HomeArea area;
  if (!flags.county.empty()) {
    HANDRAIL_ASSIGN_OR_RETURN(area, ParseHome(flags.county, "--county"));
    if (area.county().empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--county \"", flags.county,
                       "\": expected STATE/NAME, as in MD/Baltimore"));
    }
  }
  if (!flags.state.empty()) {
    const std::string state = absl::AsciiStrToUpper(flags.state);
    if (!area.state().empty() && area.state() != state) {
      return absl::InvalidArgumentError(
          "--state and --county are of two states: nothing can be in both");
    }
    area.set_state(state);
  }
  if (!flags.zip.empty()) area.set_postal_code(flags.zip);
  if (area.ByteSizeLong() > 0) *request.mutable_in_area() = area;
  return absl::OkStatus();
}

absl::Status FillPlace(const SearchFlags& flags, v1::SearchRequest& request) {
  if (!flags.near.empty()) {
    HANDRAIL_ASSIGN_OR_RETURN(*request.mutable_near(), ParsePoint(flags.near));
  }
  if (flags.within_km != 0) request.set_within_m(Metres(flags.within_km));
  if (!flags.serves.empty()) {
    HANDRAIL_ASSIGN_OR_RETURN(*request.mutable_serves(),
                              ParseHome(flags.serves, "--serves"));
  }
  return FillArea(flags, request);
}

absl::Status FillCriteria(const SearchFlags& flags,
                          v1::SearchRequest& request) {
  for (const std::string& text : flags.must) {
    HANDRAIL_ASSIGN_OR_RETURN(*request.add_criteria(),
                              ParseCriterion(v1::MUST, "--must", text));
  }
  for (const std::string& text : flags.must_not) {
    HANDRAIL_ASSIGN_OR_RETURN(*request.add_criteria(),
                              ParseCriterion(v1::MUST_NOT, "--must-not", text));
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::SearchSort> ParseSort(const std::string& text) {
  v1::SearchSort sort = v1::SEARCH_SORT_UNSPECIFIED;
  if (!v1::SearchSort_Parse(absl::AsciiStrToUpper(text), &sort) ||
      sort == v1::SEARCH_SORT_UNSPECIFIED) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--sort \"", text, "\": expected relevance, distance or name"));
  }
  return sort;
}

}  // namespace

void SearchFlags::AddTo(CLI::App& command) {
  command.add_option("WORDS", words, "Words to look for; all have to be there");
  command.add_option("--category", categories,
                     "Kind of help (see `handrail terms`) with all below it; "
                     "several with commas or repeated: any of them");
  command.add_option("--near", near, "Where distances start: LAT,LON or ZIP");
  command.add_option("--within", within_km, "How far, kilometres")
      ->check(KilometresOfTrip());
  command.add_option("--county", county, "In this county, as in MD/Baltimore");
  command.add_option("--state", state, "In this state, as in MD");
  command.add_option("--zip", zip, "In this ZIP code");
  command.add_option("--serves", serves,
                     "For people who live here: MD, MD/Baltimore or ZIP");
  CLI::Option* const now = command.add_flag("--open-now", open_now, "Open now");
  command
      .add_option("--when", when,
                  "Open then: now, tonight, a time, or a window as in \"Tue "
                  "18:00-21:00\"")
      ->excludes(now);
  command.add_option("--mode", modes,
                     "in_person, online, phone or comes_to_you");
  command.add_option("--must", must, "FIELD=VALUE that has to hold");
  command.add_option("--must-not", must_not, "FIELD=VALUE that must not hold");
  command.add_option("--source", source, "Only services of this source");
  command.add_option("--facet", facets,
                     "What to count: term, mode, state, county, city, source, "
                     "language or a profile field; default term,mode,county");
  command
      .add_option("--facet-size", facet_size,
                  "Values per count, 1 to 100; default 20")
      ->check(CLI::Range(1, 100));
  command.add_option("--sort", sort, "relevance, distance or name");
  command
      .add_option("--page-size", page_size, "Listings at a time; default 20")
      ->check(CLI::Range(1, 100));
  command.add_option("--page-token", page_token, "Goes on after a page");
  command.add_option("--as-of", as_of, "Time of the question; default now");
  command.add_option("--zone", zone, "Time zone, America/New_York");
  command.add_option("--answer-language", answer_language,
                     "Language of words and answer: en or es; default en");
  CheckNotEmpty(command);
}

absl::StatusOr<v1::SearchRequest> SearchFlags::ToRequest() const {
  v1::SearchRequest request;
  request.set_words(absl::StrJoin(words, " "));
  AddEach(categories,
          [&](std::string term) { request.add_terms(std::move(term)); });
  HANDRAIL_RETURN_IF_ERROR(FillPlace(*this, request));
  if (open_now) request.mutable_when()->set_now(true);
  if (!when.empty()) {
    HANDRAIL_ASSIGN_OR_RETURN(*request.mutable_when(), ReadWhen(when));
  }
  for (const std::string& mode : modes) request.add_modes(mode);
  HANDRAIL_RETURN_IF_ERROR(FillCriteria(*this, request));
  request.set_source(source);
  AddEach(facets,
          [&](std::string facet) { request.add_facets(std::move(facet)); });
  request.set_facet_size(facet_size);
  if (!sort.empty()) {
    HANDRAIL_ASSIGN_OR_RETURN(const v1::SearchSort order, ParseSort(sort));
    request.set_sort(order);
  }
  request.set_page_size(page_size);
  request.set_page_token(page_token);
  request.set_zone(zone);
  request.set_language(answer_language);
  if (!as_of.empty()) {
    auto instant = ParseInstant(as_of);
    if (!instant.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--as-of ", MessageOf(instant.status())));
    }
    *request.mutable_as_of() = *std::move(instant);
  }
  return request;
}

}  // namespace handrail::cli
