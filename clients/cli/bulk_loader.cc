#include "clients/cli/bulk_loader.h"

#include <array>
#include <cstdint>
#include <utility>

#include "clients/cli/session.h"
#include "google/protobuf/io/coded_stream.h"
#include "storage/base/status.h"

namespace handrail::cli {
namespace {

// Adds a row to a serialised v1.RowBatch.
void AppendRow(std::string_view row, std::string& batch) {
  using google::protobuf::io::CodedOutputStream;
  // A tag and a length; the wire type of messages is 2.
  std::array<uint8_t, 10> head = {};
  uint8_t* end = CodedOutputStream::WriteTagToArray(
      v1::RowBatch::kRowsFieldNumber << 3 | 2, head.data());
  end = CodedOutputStream::WriteVarint32ToArray(
      static_cast<uint32_t>(row.size()), end);
  batch.append(head.data(), end);
  batch.append(row);
}

}  // namespace

BulkLoader::BulkLoader(std::shared_ptr<grpc::Channel> channel, OnDone on_done)
    : on_done_(std::move(on_done)),
      stub_(v1::IngestService::NewStub(std::move(channel))) {
  context_.set_deadline(std::chrono::system_clock::now() + kStreamDeadline);
}

BulkLoader::~BulkLoader() {
  if (stream_ == nullptr) return;
  if (!status_) context_.TryCancel();
  EndCall();
}

absl::Status BulkLoader::Start(const v1::LoadStart& start) {
  stream_ = stub_->BulkLoad(&context_);
  reader_ = std::thread([this] { ReadAnswers(); });
  v1::BulkLoadRequest request;
  *request.mutable_start() = start;
  return Write(request);
}

absl::Status BulkLoader::Add(std::string_view row) {
  if (batch_rows_ > 0 && (batch_rows_ >= kBatchRowsMax ||
                          batch_bytes_ + row.size() > kBatchBytesMax)) {
    HANDRAIL_RETURN_IF_ERROR(SendBatch());
  }
  if (batch_rows_ == 0) {
    v1::RowBatch start;
    start.set_sequence(++sequence_);
    batch_ = start.SerializeAsString();
  }
  ++batch_rows_;
  batch_bytes_ += row.size();
  AppendRow(row, batch_);
  return absl::OkStatus();
}

absl::Status BulkLoader::Finish(const v1::LoadEnd& end) {
  if (batch_rows_ > 0) HANDRAIL_RETURN_IF_ERROR(SendBatch());
  v1::BulkLoadRequest request;
  *request.mutable_end() = end;
  ++times_sent_;
  HANDRAIL_RETURN_IF_ERROR(Write(request));
  wants_rows_again_ = WaitForEnd();
  if (wants_rows_again_) {
    sequence_ = 0;
    return absl::OkStatus();
  }
  stream_->WritesDone();
  EndCall();
  if (!status_->ok() || !have_report_) {
    return absl::CancelledError("the load did not end with a report");
  }
  return absl::OkStatus();
}

const grpc::Status& BulkLoader::status() {
  EndCall();
  return *status_;
}

absl::Status BulkLoader::SendBatch() {
  HANDRAIL_RETURN_IF_ERROR(WaitForRoom());
  v1::BulkLoadRequest request;
  // A field that the message is said not to know goes over the wire as any
  // other, and may be bytes.
  request.GetReflection()
      ->MutableUnknownFields(&request)
      ->AddLengthDelimited(v1::BulkLoadRequest::kBatchFieldNumber)
      ->swap(batch_);
  batch_rows_ = 0;
  batch_bytes_ = 0;
  return Write(request);
}

absl::Status BulkLoader::WaitForRoom() {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] {
    return answers_ended_ || in_flight_ < kBatchesInFlightMax;
  });
  ++in_flight_;
  return answers_ended_ ? absl::CancelledError("the server ended the load")
                        : absl::OkStatus();
}

bool BulkLoader::WaitForEnd() {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] {
    return answers_ended_ || have_report_ || times_started_ > times_sent_;
  });
  return !answers_ended_ && !have_report_;
}

absl::Status BulkLoader::Write(const v1::BulkLoadRequest& request) {
  return stream_->Write(request)
             ? absl::OkStatus()
             : absl::CancelledError("the server ended the load");
}

void BulkLoader::ReadAnswers() {
  v1::BulkLoadResponse response;
  while (stream_->Read(&response)) {
    if (response.has_started()) {
      const std::lock_guard<std::mutex> lock(mutex_);
      load_id_ = response.started().load_id();
      ++times_started_;
      changed_.notify_all();
    } else if (response.has_done()) {
      on_done_(response.done());
      const std::lock_guard<std::mutex> lock(mutex_);
      --in_flight_;
      changed_.notify_all();
    } else if (response.has_report()) {
      const std::lock_guard<std::mutex> lock(mutex_);
      report_ = std::move(*response.mutable_report());
      have_report_ = true;
      changed_.notify_all();
    }
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  answers_ended_ = true;
  changed_.notify_all();
}

void BulkLoader::EndCall() {
  if (reader_.joinable()) reader_.join();
  if (!status_) status_ = stream_->Finish();
}

}  // namespace handrail::cli
