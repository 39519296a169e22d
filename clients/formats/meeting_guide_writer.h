// Writes support groups as a Meeting Guide feed (code4recovery/spec): a JSON
// list of weekly meetings.
//
// A meeting is a service with a support group's profile at one place (or none,
// where one takes part online or by phone) and one weekly schedule; a service
// with more of these becomes several, whose slugs end in a number. What the
// format cannot hold is left out, and counted: a service without a support
// group's profile, hours of another kind than weekly, and what has neither an
// address nor a way to take part from elsewhere. Type codes are those that the
// source gave, and else O or C where it is known.
//
//   MeetingGuideWriter writer([&](std::string_view text) { return Put(text);
//   }); HANDRAIL_RETURN_IF_ERROR(writer.Add(record)); …
//   HANDRAIL_RETURN_IF_ERROR(writer.Finish());
//
// The same records in the same order give the same bytes. One thread at a time.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "clients/formats/hsds_writer.h"
#include "clients/formats/service_joiner.h"
#include "handrail/v1/record.pb.h"

namespace handrail::formats {

class MeetingGuideWriter {
 public:
  explicit MeetingGuideWriter(LineSink sink);
  MeetingGuideWriter(const MeetingGuideWriter&) = delete;
  MeetingGuideWriter& operator=(const MeetingGuideWriter&) = delete;

  absl::Status Add(const v1::Record& record) { return joiner_.Add(record); }
  absl::Status Finish();

  int64_t meetings() const { return meetings_; }
  // Services that the format cannot hold, wholly or some of their hours.
  int64_t left_out() const { return left_out_; }

 private:
  absl::Status Write(const v1::Service& service);
  absl::Status Put(const std::string& meeting);

  LineSink sink_;
  ServiceJoiner joiner_;
  int64_t meetings_ = 0;
  int64_t left_out_ = 0;
};

}  // namespace handrail::formats
