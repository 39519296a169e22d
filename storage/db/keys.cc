#include "storage/db/keys.h"

#include "storage/base/check.h"

namespace handrail::storage::keys {
namespace {

using handrail::v1::RecordRef;
using handrail::v1::RecordType;

constexpr char kZero = '\0';
constexpr char kEscaped = '\xff';
constexpr char kEnd = '\x01';
constexpr size_t kTimeBytes = 8;

void AppendType(std::string& out, RecordType type) {
  HANDRAIL_CHECK(type > 0 && type < 256);
  out.push_back(static_cast<char>(type));
}

void AppendText(std::string& out, std::string_view text) {
  for (const char c : text) {
    out.push_back(c);
    if (c == kZero) out.push_back(kEscaped);
  }
  out.push_back(kZero);
  out.push_back(kEnd);
}

constexpr uint64_t kSign = uint64_t{1} << 63;

void AppendNumber(std::string& out, uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(number >> shift));
  }
}

// Earlier times give lower numbers, so that they sort first.
void AppendAge(std::string& out, int64_t time_us) {
  AppendNumber(out, static_cast<uint64_t>(time_us) ^ kSign);
}

// Later times give lower numbers.
void AppendTime(std::string& out, int64_t time_us) {
  AppendNumber(out, ~(static_cast<uint64_t>(time_us) ^ kSign));
}

void AppendStatus(std::string& out, int status) {
  HANDRAIL_CHECK(status >= 0 && status < 256);
  out.push_back(static_cast<char>(status));
}

std::string Start(Kind kind) { return std::string(1, static_cast<char>(kind)); }

std::string TypedPrefix(Kind kind, RecordType type) {
  std::string key = Start(kind);
  AppendType(key, type);
  return key;
}

// Takes parts off the front of a key. Once a part is not there, nothing is.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  bool ok() const { return ok_; }

  RecordType Type() {
    const std::string_view byte = Take(1);
    const int number = ok_ ? static_cast<unsigned char>(byte[0]) : 0;
    if (number == 0 || !handrail::v1::RecordType_IsValid(number)) ok_ = false;
    return ok_ ? static_cast<RecordType>(number)
               : handrail::v1::RECORD_TYPE_UNSPECIFIED;
  }

  // The same or 0.
  RecordType TypeOrNone() {
    if (!rest_.empty() && rest_[0] == kZero) {
      Take(1);
      return handrail::v1::RECORD_TYPE_UNSPECIFIED;
    }
    return Type();
  }

  // 0 or a status that has a name.
  int Status() {
    const std::string_view byte = Take(1);
    const int number = ok_ ? static_cast<unsigned char>(byte[0]) : 0;
    if (!handrail::v1::ErrorReport_Status_IsValid(number)) ok_ = false;
    return ok_ ? number : 0;
  }

  int64_t Time() { return static_cast<int64_t>(~Number() ^ kSign); }
  int64_t Age() { return static_cast<int64_t>(Number() ^ kSign); }

  std::string Text() {
    std::string text;
    while (ok_) {
      const char c = TakeOne();
      if (c != kZero) {
        text.push_back(c);
        continue;
      }
      const char next = TakeOne();
      if (next == kEnd) break;
      if (next != kEscaped) ok_ = false;
      text.push_back(kZero);
    }
    if (text.empty()) ok_ = false;
    return text;
  }

  std::string Rest() {
    if (rest_.empty()) ok_ = false;
    return std::string(Take(rest_.size()));
  }

  // True when every part was there and nothing is left.
  bool Done() const { return ok_ && rest_.empty(); }

 private:
  uint64_t Number() {
    uint64_t number = 0;
    for (const char c : Take(kTimeBytes)) {
      number = (number << 8) | static_cast<unsigned char>(c);
    }
    return number;
  }

  std::string_view Take(size_t size) {
    if (rest_.size() < size) ok_ = false;
    if (!ok_) return {};
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  char TakeOne() {
    const std::string_view taken = Take(1);
    return taken.empty() ? kEnd : taken[0];
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace

std::string FullPrefix(RecordType type) {
  return TypedPrefix(Kind::kFull, type);
}

std::string PublicPrefix(RecordType type) {
  return TypedPrefix(Kind::kPublic, type);
}

std::string SourcePrefix(std::string_view source) {
  std::string key = Start(Kind::kBySource);
  AppendText(key, source);
  return key;
}

std::string ReferencePrefix(const RecordRef& target) {
  std::string key = TypedPrefix(Kind::kByReference, target.type());
  AppendText(key, target.id());
  return key;
}

std::string LoadStartPrefix() { return Start(Kind::kLoadByStart); }
std::string CountPrefix() { return Start(Kind::kCount); }

std::string OpenConflictPrefix() { return Start(Kind::kOpenConflict); }
std::string DecisionPrefix() { return Start(Kind::kDecision); }

std::string ReportStatePrefix(int status) {
  std::string key = Start(Kind::kReportByState);
  AppendStatus(key, status);
  return key;
}

std::string RecordConflictPrefix(const RecordRef& ref) {
  std::string key = TypedPrefix(Kind::kConflictByRecord, ref.type());
  AppendText(key, ref.id());
  return key;
}

std::string FullKey(const RecordRef& ref) {
  return FullPrefix(ref.type()) + ref.id();
}

std::string PublicKey(const RecordRef& ref) {
  return PublicPrefix(ref.type()) + ref.id();
}

std::string SourceKey(std::string_view source, const RecordRef& ref) {
  std::string key = SourcePrefix(source);
  AppendType(key, ref.type());
  return key + ref.id();
}

std::string ReferenceKey(const RecordRef& target, std::string_view service_id) {
  return ReferencePrefix(target).append(service_id);
}

std::string LoadKey(std::string_view id) {
  return Start(Kind::kLoad).append(id);
}

std::string LoadStartKey(int64_t started_us, std::string_view id) {
  std::string key = LoadStartPrefix();
  AppendTime(key, started_us);
  return key.append(id);
}

std::string CountKey(std::string_view source, RecordType type) {
  std::string key = CountPrefix();
  AppendText(key, source);
  AppendType(key, type);
  return key;
}

std::string ReportKey(std::string_view id) {
  return Start(Kind::kReport).append(id);
}

std::string ReportStateKey(int status, int64_t reported_us,
                           std::string_view id) {
  std::string key = ReportStatePrefix(status);
  AppendAge(key, reported_us);
  return key.append(id);
}

std::string ConflictKey(std::string_view id) {
  return Start(Kind::kConflict).append(id);
}

std::string OpenConflictKey(int64_t found_us, std::string_view id) {
  std::string key = OpenConflictPrefix();
  AppendAge(key, found_us);
  return key.append(id);
}

std::string RecordConflictKey(const RecordRef& ref, std::string_view id) {
  return RecordConflictPrefix(ref).append(id);
}

std::string DecisionKey(std::string_view first, std::string_view second) {
  std::string key = DecisionPrefix();
  AppendText(key, first);
  return key.append(second);
}

std::string AliasPrefix(std::string_view source) {
  std::string key = Start(Kind::kAlias);
  AppendText(key, source);
  return key;
}

std::string AliasKey(std::string_view source, RecordType type,
                     std::string_view name) {
  HANDRAIL_CHECK(type >= 0 && type < 256);
  std::string key = AliasPrefix(source);
  key.push_back(static_cast<char>(type));
  return key.append(name);
}

std::string BuildKey(const Key& key) {
  RecordRef ref;
  ref.set_type(key.type);
  ref.set_id(key.id);
  switch (key.kind) {
    case Kind::kFull:
      return FullKey(ref);
    case Kind::kPublic:
      return PublicKey(ref);
    case Kind::kBySource:
      return SourceKey(key.source, ref);
    case Kind::kByReference:
      return ReferenceKey(ref, key.service_id);
    case Kind::kLoad:
      return LoadKey(key.id);
    case Kind::kLoadByStart:
      return LoadStartKey(key.at_us, key.id);
    case Kind::kCount:
      return CountKey(key.source, key.type);
    case Kind::kReport:
      return ReportKey(key.id);
    case Kind::kReportByState:
      return ReportStateKey(key.status, key.at_us, key.id);
    case Kind::kConflict:
      return ConflictKey(key.id);
    case Kind::kOpenConflict:
      return OpenConflictKey(key.at_us, key.id);
    case Kind::kConflictByRecord:
      return RecordConflictKey(ref, key.second_id);
    case Kind::kDecision:
      return DecisionKey(key.id, key.second_id);
    case Kind::kAlias:
      return AliasKey(key.source, key.type, key.id);
  }
  HANDRAIL_CHECK(false);
}

std::optional<Key> ParseKey(std::string_view bytes) {
  if (bytes.empty()) return std::nullopt;
  Key key{.kind = static_cast<Kind>(bytes[0])};
  Reader reader(bytes.substr(1));
  switch (key.kind) {
    case Kind::kFull:
    case Kind::kPublic:
      key.type = reader.Type();
      key.id = reader.Rest();
      break;
    case Kind::kBySource:
      key.source = reader.Text();
      key.type = reader.Type();
      key.id = reader.Rest();
      break;
    case Kind::kByReference:
      key.type = reader.Type();
      key.id = reader.Text();
      key.service_id = reader.Rest();
      break;
    case Kind::kLoad:
    case Kind::kReport:
    case Kind::kConflict:
      key.id = reader.Rest();
      break;
    case Kind::kLoadByStart:
      key.at_us = reader.Time();
      key.id = reader.Rest();
      break;
    case Kind::kReportByState:
      key.status = reader.Status();
      key.at_us = reader.Age();
      key.id = reader.Rest();
      break;
    case Kind::kOpenConflict:
      key.at_us = reader.Age();
      key.id = reader.Rest();
      break;
    case Kind::kConflictByRecord:
      key.type = reader.Type();
      key.id = reader.Text();
      key.second_id = reader.Rest();
      break;
    case Kind::kDecision:
      key.id = reader.Text();
      key.second_id = reader.Rest();
      break;
    case Kind::kCount:
      key.source = reader.Text();
      key.type = reader.Type();
      break;
    case Kind::kAlias:
      key.source = reader.Text();
      key.type = reader.TypeOrNone();
      key.id = reader.Rest();
      break;
    default:
      return std::nullopt;
  }
  if (!reader.Done()) return std::nullopt;
  return key;
}

}  // namespace handrail::storage::keys
