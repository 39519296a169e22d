#include "clients/formats/prose_hints.h"

#include <array>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/formats/code_data.h"
#include "clients/formats/code_rows.h"
#include "clients/formats/plain_text.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "storage/base/check.h"

namespace handrail::formats {
namespace {

namespace pb = google::protobuf;

struct Hint {
  std::string words;
  std::string path;
};

// Hints by the first byte of their words, so that a text is read once.
using HintsByByte = std::array<std::vector<Hint>, 256>;

const HintsByByte& Hints() {
  static const HintsByByte* const hints = [] {
    auto* read = new HintsByByte;
    // words path source
    for (const auto& row : CodeRows(data::kProseHintsTsv, 3)) {
      (*read)[static_cast<unsigned char>(row[0].at(0))].push_back(
          {.words = row[0], .path = row[1]});
    }
    return read;
  }();
  return *hints;
}

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

// The member of that name is set to something.
bool IsSet(const pb::Message& message, const std::string& name) {
  const pb::FieldDescriptor* field =
      message.GetDescriptor()->FindFieldByName(name);
  HANDRAIL_CHECK(field != nullptr);
  const pb::Reflection& reflection = *message.GetReflection();
  return field->is_repeated() ? reflection.FieldSize(message, field) > 0
                              : reflection.HasField(message, field);
}

// HSDS has fields of its own for some facts.
bool KnowsInHsds(const v1::Service& service, const std::string& path) {
  if (path == "any.languages") {
    return service.languages_size() > 0 ||
           service.has_interpretation_services();
  }
  if (path == "any.minimum_age") return service.has_minimum_age();
  if (path == "any.documents") return service.required_documents_size() > 0;
  if (path == "any.cost") return service.cost_options_size() > 0;
  if (path == "x_handrail.round_the_clock") {
    return service.schedules_size() > 0 ||
           service.x_handrail().has_round_the_clock();
  }
  return false;
}

bool Knows(const v1::Service& service, const std::string& path) {
  if (KnowsInHsds(service, path)) return true;
  const size_t dot = path.find('.');
  if (path.substr(0, dot) == "x_handrail") return false;
  const v1::RecoveryProfile& profile = service.x_handrail().profile();
  const pb::FieldDescriptor* field =
      profile.GetDescriptor()->FindFieldByName(path.substr(0, dot));
  HANDRAIL_CHECK(field != nullptr);
  return IsSet(profile.GetReflection()->GetMessage(profile, field),
               path.substr(dot + 1));
}

void NoteHint(std::string_view field, const std::string& path,
              const v1::RowOrigin& origin, FindingLog& log) {
  log.Tally(origin,
            {.severity = v1::NOTICE,
             .field = std::string(field),
             .reason = "only-in-prose",
             .value_class = "text",
             .message = absl::StrCat("words that seem to be about ", path,
                                     " are in prose alone; nothing was made "
                                     "of them"),
             .hint = absl::StrCat("fill ", path,
                                  " where it is true, so that it can be "
                                  "asked for")});
}

}  // namespace

void NoteProse(std::string_view field, std::string_view text,
               const v1::Service& service, const v1::RowOrigin& origin,
               FindingLog& log) {
  if (text.empty() || log.silent() || !log.may_quote()) return;
  const std::string lower = Lower(std::string(text));
  const std::string_view rest = lower;
  std::set<std::string_view> noted;
  const HintsByByte& hints = Hints();
  for (size_t at = 0; at < lower.size(); ++at) {
    if (at > 0 && IsWordByte(lower[at - 1])) continue;
    for (const Hint& hint : hints[static_cast<unsigned char>(lower[at])]) {
      const size_t end = at + hint.words.size();
      if (!rest.substr(at).starts_with(hint.words) ||
          (end < lower.size() && IsWordByte(lower[end])) ||
          noted.contains(hint.path)) {
        continue;
      }
      noted.insert(hint.path);
      if (!Knows(service, hint.path)) NoteHint(field, hint.path, origin, log);
    }
  }
}

void NoteRowProse(const v1::Row& row, FindingLog& log) {
  for (const v1::Record& record : row.records()) {
    if (!record.has_service()) continue;
    const v1::Service& service = record.service();
    for (const auto& [field, text] :
         {std::pair<std::string_view, const std::string*>{
              "description", &service.description()},
          {"eligibility_description", &service.eligibility_description()},
          {"application_process", &service.application_process()},
          {"fees_description", &service.fees_description()},
          {"alert", &service.alert()}}) {
      NoteProse(field, *text, service, row.origin(), log);
    }
  }
}

}  // namespace handrail::formats
