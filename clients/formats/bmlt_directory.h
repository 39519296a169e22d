// What a BMLT server says besides its meetings: the formats it uses, by id,
// code and language, and the service bodies that keep the meetings.
//
// Filled from GetFormats and GetServiceBodies (or their /api/v1 forms), from
// whichever files of a load have them, before any meeting is mapped.
//
//   BmltDirectory directory;
//   directory.AddFormat(element);
//   directory.AddServiceBody(element);
//   …
//   const BmltFormat* format = directory.ByCode("ES", "en");
//
// One thread at a time while it is filled; const members are safe to share
// afterwards.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "clients/formats/bmlt_codes.h"
#include "clients/formats/json_tree.h"
#include "handrail/v1/record.pb.h"

namespace handrail::formats {

// What service bodies are counted as.
inline constexpr std::string_view kBmltBodiesTable = "service_bodies";

// A format and its words in each language.
struct BmltFormat {
  std::string id;
  std::string world;
  struct Words {
    std::string code;
    std::string name;
  };
  // By language, "en".
  std::map<std::string, Words> words;

  // The code in that language, else in English, else in any.
  const Words& WordsIn(const std::string& language) const;
  // For BmltCodes::Find: the names in all languages.
  BmltFormatName NameFor(const std::string& fellowship) const;
};

struct BmltServiceBody {
  std::string id;
  std::string parent_id;
  std::string name;
  std::string description;
  std::string url;
  // The public help line of the body; no member's number.
  std::string helpline;
  std::string world_id;
};

// The member as text, "" where it is absent, a list or an object.
std::string BmltText(const JsonValue& object, std::string_view key);

// Whether an object looks like a format, a service body, a meeting of
// GetSearchResults or of /api/v1, or what a server says of itself.
enum class BmltKind { kNone, kFormat, kServiceBody, kMeeting, kServerInfo };
BmltKind BmltKindOf(const JsonValue& object);

class BmltDirectory {
 public:
  // False for an object that names no code in any language.
  bool AddFormat(const JsonValue& format);
  // False for an object without an id.
  bool AddServiceBody(const JsonValue& body);

  bool has_formats() const { return !formats_.empty(); }

  // nullptr when there is none.
  const BmltFormat* ById(const std::string& id) const;
  // The format with that code in the language; else in the only language that
  // has it, or in English. Of several, that with the lowest id.
  const BmltFormat* ByCode(const std::string& code,
                           const std::string& language) const;
  const BmltServiceBody* BodyById(const std::string& id) const;

  // A body as the organization that keeps its meetings.
  v1::Organization OrganizationOf(const BmltServiceBody& body,
                                  const std::string& source) const;

 private:
  std::map<std::string, BmltFormat> formats_;
  // Code → ids, in order.
  std::map<std::string, std::vector<std::string>> ids_of_code_;
  std::map<std::string, BmltServiceBody> bodies_;
};

// The body as the source gives it; empty without an id.
BmltServiceBody ReadBmltServiceBody(const JsonValue& body);

// "body-1005": the id of a body's organization.
std::string BmltBodyOrganizationId(std::string_view id);

}  // namespace handrail::formats
