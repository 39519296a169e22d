#include "clients/formats/bmlt_formats.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/formats/bmlt_codes.h"
#include "clients/formats/code_tables.h"

namespace handrail::formats {
namespace {

// A format of one meeting: what it is called there and what it means.
struct Given {
  std::string code;
  std::string name;
  CodeMeaning meaning;
};

class FormatsOfMeeting {
 public:
  FormatsOfMeeting(const MeetingOptions& options,
                   const BmltDirectory& directory, const BmltMeeting& meeting,
                   v1::Service& service)
      : options_(options),
        directory_(directory),
        meeting_(meeting),
        service_(service) {}

  BmltFormats Read();

 private:
  std::vector<Given> Resolve() const;
  Given OfFormat(const BmltFormat& format) const;
  Given OfCode(const std::string& code) const;
  void Add(const Given& given);
  void AddAttribute(const Given& given);
  void ClearConflicts();

  const MeetingOptions& options_;
  const BmltDirectory& directory_;
  const BmltMeeting& meeting_;
  v1::Service& service_;
  std::set<std::string> conflicts_;
};

Given FormatsOfMeeting::OfFormat(const BmltFormat& format) const {
  const BmltFormat::Words& words = format.WordsIn("en");
  return {.code = words.code,
          .name = words.name.empty() ? words.code : words.name,
          .meaning =
              BmltCodes::Get().Find(format.NameFor(options_.fellowship->key))};
}

Given FormatsOfMeeting::OfCode(const std::string& code) const {
  if (const BmltFormat* format =
          directory_.ByCode(code, meeting_.Text("lang_enum"))) {
    Given given = OfFormat(*format);
    // As the meeting calls it, in its own language.
    given.code = code;
    return given;
  }
  Given given{.code = code, .name = code};
  // Of a server that describes its formats, a code that is not among them
  // could mean anything.
  if (directory_.has_formats()) return given;
  given.meaning = BmltCodes::Get().Seed(options_.fellowship->key, code);
  if (given.meaning.known) given.name = given.meaning.name;
  return given;
}

std::vector<Given> FormatsOfMeeting::Resolve() const {
  const std::vector<std::string> codes = meeting_.List("formats");
  const std::vector<std::string> ids = meeting_.List("format_shared_id_list");
  std::vector<Given> all;
  for (const std::string& id : ids) {
    if (const BmltFormat* format = directory_.ById(id)) {
      all.push_back(OfFormat(*format));
    } else if (codes.empty()) {
      all.push_back({.code = absl::StrCat("format ", id),
                     .name = absl::StrCat("format ", id)});
    }
  }
  for (const std::string& code : codes) {
    Given given = OfCode(code);
    const bool there =
        std::any_of(all.begin(), all.end(), [&](const Given& other) {
          return other.code == given.code ||
                 (given.meaning.known && other.meaning.known &&
                  other.meaning.key == given.meaning.key);
        });
    if (!there) all.push_back(std::move(given));
  }
  return all;
}

// Keeps the code as the source gave it, under the name it goes by.
void FormatsOfMeeting::AddAttribute(const Given& given) {
  v1::Attribute& attribute = *service_.add_attributes();
  attribute.set_id(MeetingPartUuid(absl::StrCat(
      options_.source, "/", service_.id(), "/format/", given.code)));
  attribute.set_link_type("taxonomy");
  attribute.set_link_entity("service");
  v1::TaxonomyTerm& term = *attribute.mutable_taxonomy_term();
  term.set_id(MeetingPartUuid(absl::StrCat("bmlt/", options_.source, "/",
                                           given.code, "/", given.name)));
  attribute.set_taxonomy_term_id(term.id());
  term.set_code(given.code);
  term.set_name(given.name);
  term.set_description(given.name);
  term.set_taxonomy(absl::StrCat("BMLT, ", options_.fellowship->name));
}

void FormatsOfMeeting::Add(const Given& given) {
  AddAttribute(given);
  if (!given.meaning.known) {
    const std::string code = meeting_.log().may_quote()
                                 ? absl::StrCat("code \"", given.code, "\"")
                                 : std::string("a code");
    meeting_.Note(
        v1::NOTICE, "formats", "unknown-code",
        absl::StrCat(code, " of fellowship ", options_.fellowship->key,
                     " is in no table; it is kept and searchable"),
        "clients/formats/data/bmlt-formats.tsv has the codes");
  }
  // How one takes part is decided by all that is said about it, not by a code
  // alone: bmlt_attendance.h.
  CodeMeaning facts = given.meaning;
  std::erase_if(facts.facts, [](const CodeFact& fact) {
    return fact.path == "any.attendance_mode";
  });
  const std::string conflict =
      ApplyMeaning(facts, *service_.mutable_x_handrail());
  if (!conflict.empty()) conflicts_.insert(conflict);
}

// Two answers to a question that has one: neither is believed.
void FormatsOfMeeting::ClearConflicts() {
  for (const std::string& path : conflicts_) {
    if (path == "support_group.open_closed") {
      service_.mutable_x_handrail()
          ->mutable_profile()
          ->mutable_support_group()
          ->clear_open_closed();
    }
    meeting_.Note(v1::NOTICE, "formats", "contradicting-codes",
                  absl::StrCat("formats give ", path,
                               " two values; it is set to neither"),
                  "keep the one that is right");
  }
}

BmltFormats FormatsOfMeeting::Read() {
  v1::RecordExtension& extension = *service_.mutable_x_handrail();
  ApplyMeaning(MeaningOfFellowship(*options_.fellowship, "bmlt"), extension);
  BmltFormats formats;
  const std::vector<Given> all = Resolve();
  for (const Given& given : all) {
    Add(given);
    const std::string& key = given.meaning.key;
    formats.hybrid = formats.hybrid || key == "bmlt:*:HY";
    formats.place_shut = formats.place_shut || key == "bmlt:*:TC";
    formats.online =
        formats.online || key == "bmlt:*:VM" || key.ends_with(":WEB");
  }
  ClearConflicts();
  if (!all.empty() && !directory_.has_formats()) {
    meeting_.Note(v1::NOTICE, "formats", "formats-not-described",
                  "format codes are taken as new servers mean them",
                  "load the reply to GetFormats together with the meetings: "
                  "a server may mean something else by a code");
  }
  return formats;
}

}  // namespace

BmltFormats ReadBmltFormats(const MeetingOptions& options,
                            const BmltDirectory& directory,
                            const BmltMeeting& meeting, v1::Service& service) {
  return FormatsOfMeeting(options, directory, meeting, service).Read();
}

}  // namespace handrail::formats
