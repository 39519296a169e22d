// One bulk load over the wire: rows in, acknowledgements and a report out.
//
//   BulkLoader loader(channel, callbacks);
//   status = loader.Start(start);
//   … status = loader.Add(row); …
//   status = loader.Finish(end);
//   while (status.ok() && loader.wants_rows_again()) … all of them once more …
//
// The server decides whether it needs the rows twice: it does where records
// keep their ids under new numbers (--rekey), also when such a load goes on.
//
// Batches are sent ahead of their acknowledgements, a few at a time. One thread
// calls; a second one of the loader's own reads the acknowledgements.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "absl/status/status.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/sync_stream.h"
#include "handrail/v1/ingest_service.grpc.pb.h"

namespace handrail::cli {

// A batch is sent when it has this many rows, or bytes.
inline constexpr int kBatchRowsMax = 500;
inline constexpr size_t kBatchBytesMax = 2 << 20;
// Batches sent and not yet acknowledged.
inline constexpr int kBatchesInFlightMax = 4;

class BulkLoader {
 public:
  // Called on the loader's thread, never two at once.
  using OnDone = std::function<void(const v1::BatchDone&)>;

  BulkLoader(std::shared_ptr<grpc::Channel> channel, OnDone on_done);
  // Gives up a load that was not finished: its acknowledged batches stay.
  ~BulkLoader();

  BulkLoader(const BulkLoader&) = delete;
  BulkLoader& operator=(const BulkLoader&) = delete;

  // Opens the load. CANCELLED where the server ended the call; status() says
  // why.
  absl::Status Start(const v1::LoadStart& start);
  // Queues one row, a serialised v1.Row. Errors as Start.
  absl::Status Add(std::string_view row);
  // Sends what is left and waits for the report, or for the server to want all
  // rows again, from the first on. Errors as Start.
  absl::Status Finish(const v1::LoadEnd& end);

  // After Finish: whether the rows are wanted again, and there is no report
  // yet.
  bool wants_rows_again() const { return wants_rows_again_; }
  // The report, once Finish was OK and no rows are wanted.
  const v1::LoadReport& report() const { return report_; }
  const std::string& load_id() const { return load_id_; }
  // Why the call ended. Valid after a method failed.
  const grpc::Status& status();

 private:
  absl::Status SendBatch();
  absl::Status WaitForRoom();
  // Waits for an answer to the end; true where the rows are wanted again.
  bool WaitForEnd();
  absl::Status Write(const v1::BulkLoadRequest& request);
  void ReadAnswers();
  void EndCall();

  const OnDone on_done_;
  std::unique_ptr<v1::IngestService::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<
      grpc::ClientReaderWriter<v1::BulkLoadRequest, v1::BulkLoadResponse>>
      stream_;
  std::thread reader_;
  // The batch being filled, a serialised v1.RowBatch: rows are bytes already,
  // and are not made messages of to be made bytes again.
  std::string batch_;
  int batch_rows_ = 0;
  // Of the rows alone.
  size_t batch_bytes_ = 0;
  int64_t sequence_ = 0;
  // How often all rows were sent.
  int times_sent_ = 0;
  bool wants_rows_again_ = false;

  std::mutex mutex_;
  std::condition_variable changed_;
  int in_flight_ = 0;           // guarded by mutex_
  bool answers_ended_ = false;  // guarded by mutex_
  bool have_report_ = false;    // guarded by mutex_
  int times_started_ = 0;       // guarded by mutex_

  v1::LoadReport report_;
  std::string load_id_;
  std::optional<grpc::Status> status_;
};

}  // namespace handrail::cli
