#include "clients/formats/export.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/formats/meeting_guide_writer.h"
#include "clients/formats/tabular_writer.h"
#include "storage/base/check.h"
#include "storage/base/status.h"

namespace handrail::formats {
namespace {

class HsdsLines : public Export {
 public:
  explicit HsdsLines(LineSink sink) : writer_(std::move(sink)) {}

  absl::Status Add(const v1::Record& record) override {
    return writer_.Add(record);
  }
  absl::Status Finish() override { return writer_.Finish(); }
  std::string Summary() const override {
    return absl::StrCat("objects: ", writer_.lines());
  }

 private:
  HsdsWriter writer_;
};

class HsdsList : public Export {
 public:
  explicit HsdsList(LineSink sink)
      : sink_(std::move(sink)),
        writer_([this](std::string_view line) { return Put(line); }) {}

  absl::Status Add(const v1::Record& record) override {
    return writer_.Add(record);
  }
  absl::Status Finish() override {
    HANDRAIL_RETURN_IF_ERROR(writer_.Finish());
    return sink_(any_ ? "\n]\n" : "[]\n");
  }
  std::string Summary() const override {
    return absl::StrCat("objects: ", writer_.lines());
  }

 private:
  absl::Status Put(std::string_view line) {
    line.remove_suffix(1);  // its newline
    const std::string before = any_ ? ",\n" : "[\n";
    any_ = true;
    return sink_(before + std::string(line));
  }

  LineSink sink_;
  bool any_ = false;
  HsdsWriter writer_;
};

class Meetings : public Export {
 public:
  explicit Meetings(LineSink sink) : writer_(std::move(sink)) {}

  absl::Status Add(const v1::Record& record) override {
    return writer_.Add(record);
  }
  absl::Status Finish() override { return writer_.Finish(); }
  std::string Summary() const override {
    return absl::StrCat(
        "meetings: ", writer_.meetings(),
        "; services that the format cannot hold: ", writer_.left_out());
  }

 private:
  MeetingGuideWriter writer_;
};

class Package : public Export {
 public:
  explicit Package(LineSink sink) : writer_(std::move(sink)) {}

  absl::Status Add(const v1::Record& record) override {
    return writer_.Add(record);
  }
  absl::Status Finish() override { return writer_.Finish(); }
  std::string Summary() const override {
    return absl::StrCat(
        "rows: ", writer_.rows(),
        "; rows that are too long for a table: ", writer_.too_long());
  }

 private:
  TabularWriter writer_;
};

}  // namespace

std::vector<std::string> ExportFormats() {
  return {"hsds-json", "hsds-ndjson", "hsds-tabular", "meeting-guide"};
}

std::unique_ptr<Export> NewExport(std::string_view format, LineSink sink) {
  if (format == "hsds-json") return std::make_unique<HsdsList>(std::move(sink));
  if (format == "hsds-tabular") {
    return std::make_unique<Package>(std::move(sink));
  }
  if (format == "meeting-guide") {
    return std::make_unique<Meetings>(std::move(sink));
  }
  HANDRAIL_CHECK(format == "hsds-ndjson");
  return std::make_unique<HsdsLines>(std::move(sink));
}

std::string ExportFileName(std::string_view format) {
  if (format == "hsds-json") return "services.json";
  if (format == "hsds-tabular") return "services.zip";
  return format == "meeting-guide" ? "meetings.json" : "services.ndjson";
}

}  // namespace handrail::formats
