#include "matcher/sentences.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "matcher/data/sentences_data.h"
#include "nlohmann/json.hpp"
#include "storage/base/check.h"
#include "storage/base/status.h"

namespace handrail::matcher {
namespace {

using Json = nlohmann::json;

absl::Status Wrong(const std::string& key, const std::string& what) {
  return InvalidField(key, what);
}

absl::Status ReadTable(const Json& json, const std::string& name,
                       Sentences::Table& table) {
  if (!json.contains(name) || !json[name].is_object()) {
    return Wrong(name, "must be an object of texts by key");
  }
  for (const auto& [key, value] : json[name].items()) {
    Sentences::Sentence& sentence = table[key];
    if (value.is_string()) {
      sentence.one = sentence.many = value.get<std::string>();
    } else if (value.is_array() && value.size() == 2 && value[0].is_string() &&
               value[1].is_string()) {
      sentence.one = value[0].get<std::string>();
      sentence.many = value[1].get<std::string>();
    } else {
      return Wrong(absl::StrCat(name, ".", key),
                   "must be a text, or a list of two: one and many");
    }
  }
  return absl::OkStatus();
}

absl::Status ReadNames(const Json& json, const std::string& name,
                       Sentences::Names& names) {
  Sentences::Table table;
  HANDRAIL_RETURN_IF_ERROR(ReadTable(json, name, table));
  for (auto& [key, sentence] : table) {
    names.emplace(key, std::move(sentence.one));
  }
  return absl::OkStatus();
}

const Sentences* ParseBuiltIn(std::string_view json) {
  absl::StatusOr<Sentences> parsed = Sentences::Parse(json);
  HANDRAIL_CHECK_OK(parsed);
  return new Sentences(*std::move(parsed));
}

}  // namespace

absl::StatusOr<Sentences> Sentences::Parse(std::string_view json) {
  const Json root = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (root.is_discarded() || !root.is_object()) {
    return Wrong("", "must be a JSON object");
  }
  if (!root.contains("language") || !root["language"].is_string()) {
    return Wrong("language", "must be a language tag");
  }
  Sentences result;
  result.language_ = root["language"].get<std::string>();
  HANDRAIL_RETURN_IF_ERROR(ReadTable(root, "sentences", result.sentences_));
  HANDRAIL_RETURN_IF_ERROR(ReadTable(root, "claims", result.claims_));
  HANDRAIL_RETURN_IF_ERROR(ReadNames(root, "codes", result.codes_));
  HANDRAIL_RETURN_IF_ERROR(ReadNames(root, "notes", result.notes_));
  return result;
}

const Sentences& Sentences::English() {
  static const Sentences* const sentences =
      ParseBuiltIn(data::kSentencesEnJson);
  return *sentences;
}

const Sentences& Sentences::Spanish() {
  static const Sentences* const sentences =
      ParseBuiltIn(data::kSentencesEsJson);
  return *sentences;
}

absl::StatusOr<const Sentences*> Sentences::For(std::string_view language) {
  if (language.empty()) return &English();
  const std::string_view primary = language.substr(0, language.find('-'));
  for (const Sentences* const say : {&English(), &Spanish()}) {
    if (say->language() == primary) return say;
  }
  return InvalidField("language", kMustBeSpoken);
}

bool Sentences::Has(std::string_view key) const {
  return sentences_.find(key) != sentences_.end();
}

std::string Sentences::FillIn(std::string_view text, const std::string& n,
                              Parts parts) {
  std::string filled;
  size_t at = 0;
  while (at < text.size()) {
    const size_t open = text.find('{', at);
    filled += text.substr(at, open - at);
    if (open == std::string_view::npos) break;
    const size_t close = text.find('}', open);
    HANDRAIL_CHECK(close != std::string_view::npos);
    const std::string_view name = text.substr(open + 1, close - open - 1);
    bool found = false;
    if (name == "n" && !n.empty()) {
      filled += n;
      found = true;
    }
    for (const SentencePart& part : parts) {
      if (found || part.first != name) continue;
      filled += part.second;
      found = true;
    }
    HANDRAIL_CHECK(found);
    at = close + 1;
  }
  return filled;
}

std::string Sentences::Fill(std::string_view key, Parts parts) const {
  const auto found = sentences_.find(key);
  HANDRAIL_CHECK(found != sentences_.end());
  return FillIn(found->second.many, "", parts);
}

std::string Sentences::Count(std::string_view key, std::int64_t n,
                             Parts parts) const {
  const auto found = sentences_.find(key);
  HANDRAIL_CHECK(found != sentences_.end());
  return FillIn(n == 1 ? found->second.one : found->second.many,
                std::to_string(n), parts);
}

std::string Sentences::Claim(std::string_view field,
                             std::string_view value) const {
  const auto found = claims_.find(field);
  HANDRAIL_CHECK(found != claims_.end());
  return FillIn(found->second.one, "", {{"value", value}, {"when", value}});
}

std::string Sentences::Code(std::string_view code) const {
  const auto found = codes_.find(code);
  if (found != codes_.end()) return found->second;
  std::string plain(code);
  for (char& c : plain) {
    if (c == '_') c = ' ';
  }
  return plain;
}

std::string Sentences::Note(std::string_view recorded) const {
  const auto found = notes_.find(recorded);
  return found != notes_.end() ? found->second : std::string(recorded);
}

std::string DaysAgo(const Sentences& say, std::int64_t days) {
  // Later the day says nothing any more.
  constexpr std::int64_t kYear = 365;
  return days < 2 * kYear ? say.Count("ago.days", days)
                          : say.Count("ago.years", days / kYear);
}

std::string Capitalized(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text;
}

void CommaList::Add(std::string_view text) {
  if (!text_.empty()) text_ += ", ";
  text_ += text;
}

}  // namespace handrail::matcher
