#include "server/rpc/rpc_server.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/impl/server_builder_option.h"
#include "grpcpp/resource_quota.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "server/rpc/admin_service.h"
#include "server/rpc/curation_service.h"
#include "server/rpc/services.h"
#include "storage/base/status.h"

namespace handrail::server {
namespace {

// How often a drain looks whether calls still run, and what an answer that was
// just made may take to reach its caller.
constexpr absl::Duration kDrainStep = absl::Milliseconds(10);
constexpr absl::Duration kLastWords = absl::Seconds(1);

// Takes reflection off one server: linking gRPC's reflection library puts it on
// every server of the process.
class WithoutReflection : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>*
                         plugins) override {
    std::erase_if(*plugins, [](const auto& plugin) {
      return plugin->name() == "proto_server_reflection";
    });
  }
};

std::string HostOf(const std::string& address) {
  const size_t colon = address.rfind(':');
  return colon == std::string::npos ? std::string() : address.substr(0, colon);
}

bool IsLoopbackHost(const std::string& host) {
  if (host == "localhost" || host == "[::1]") return true;
  // Four numbers, the first of them 127.
  int parts[4];
  size_t from = 0;
  for (int i = 0; i < 4; ++i) {
    const size_t dot = i < 3 ? host.find('.', from) : host.size();
    if (dot == std::string::npos) return false;
    const std::string part = host.substr(from, dot - from);
    if (part.empty() || part.size() > 3 || !absl::SimpleAtoi(part, &parts[i]) ||
        parts[i] < 0 || parts[i] > 255) {
      return false;
    }
    from = dot + 1;
  }
  return parts[0] == 127;
}

void SetLimits(const RpcOptions& options, grpc::ServerBuilder& builder) {
  // Up to twice the limit is read, and then refused in words of ours.
  builder.SetMaxReceiveMessageSize(2 * options.message_bytes_max);
  // A report of changes can be larger than what a caller may send.
  builder.SetMaxSendMessageSize(-1);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytesMax);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS,
                             kStreamsPerConnectionMax);
  // Two servers on one port would share its calls without a word.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  grpc::ResourceQuota quota("handraild");
  quota.SetMaxThreads(options.threads_max);
  builder.SetResourceQuota(quota);
}

absl::Status PortTaken(const std::string& address) {
  return Unavailable(v1::ERROR_REASON_UNSPECIFIED,
                     "cannot listen on " + address +
                         ": the port is taken or the address is not this "
                         "machine's");
}

}  // namespace

absl::Status CheckLoopback(const std::string& flag,
                           const std::string& address) {
  const std::string host = HostOf(address);
  int port = -1;
  if (host.empty() ||
      !absl::SimpleAtoi(address.substr(host.size() + 1), &port) || port < 0 ||
      port > 65535) {
    return InvalidField(flag, "must be HOST:PORT, like 127.0.0.1:7460");
  }
  if (!IsLoopbackHost(host)) {
    return InvalidField(
        flag,
        "must be a loopback address, like 127.0.0.1:7460: there are no "
        "credentials yet, so only callers on this machine are served");
  }
  return absl::OkStatus();
}

class RpcServer::Impl {
 public:
  Impl(const RpcOptions& options, Directory& directory)
      : directory_service_(around_),
        match_service_(around_),
        ingest_service_(around_),
        curation_service_(around_),
        admin_service_(around_) {
    around_.options = options;
    around_.directory = &directory;
    // Followers keep their threads; the others need some too.
    directory.follow().LimitFollowers(
        std::clamp(options.threads_max / 4, 1, kFollowersMax));
  }

  absl::Status Start() {
    HANDRAIL_RETURN_IF_ERROR(CheckLoopback("--listen", around_.options.listen));
    HANDRAIL_RETURN_IF_ERROR(
        CheckLoopback("--operator-listen", around_.options.operator_listen));
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    grpc::ServerBuilder builder;
    builder.SetOption(std::make_unique<WithoutReflection>());
    builder.RegisterService(&directory_service_);
    builder.RegisterService(&match_service_);
    builder.RegisterService(&ingest_service_);
    builder.RegisterService(&curation_service_);
    HANDRAIL_RETURN_IF_ERROR(
        Listen(around_.options.listen, builder, server_, address_));
    grpc::ServerBuilder operators;
    // Named for reflection; the base classes answer UNIMPLEMENTED.
    operators.RegisterService(&directory_names_);
    operators.RegisterService(&match_names_);
    operators.RegisterService(&ingest_names_);
    operators.RegisterService(&curation_names_);
    operators.RegisterService(&admin_service_);
    return Listen(around_.options.operator_listen, operators, operator_server_,
                  operator_address_);
  }

  void Drain(absl::Duration grace) {
    around_.draining = true;
    for (grpc::Server* server : {server_.get(), operator_server_.get()}) {
      if (server == nullptr) continue;
      if (auto* health = server->GetHealthCheckService(); health != nullptr) {
        health->SetServingStatus(false);
      }
    }
    // Refusing is ours while something still runs: gRPC's own way of refusing
    // during its shutdown does not say why.
    const absl::Time start = absl::Now();
    const absl::Time end = start + grace;
    while (around_.running > 0 && absl::Now() < end) {
      // A follower who reads has left by now; one who does not would stay.
      if (absl::Now() > start + kLastWords) around_.watchdog.EndFollowing();
      absl::SleepFor(kDrainStep);
    }
    // The operator port goes last: it tells that the other is stopping.
    for (grpc::Server* server : {server_.get(), operator_server_.get()}) {
      if (server == nullptr) continue;
      // Answers on their way out get a moment; the rest is cancelled.
      server->Shutdown(std::chrono::system_clock::now() +
                       absl::ToChronoMilliseconds(std::min(grace, kLastWords)));
      server->Wait();
    }
  }

  const std::string& address() const { return address_; }
  const std::string& operator_address() const { return operator_address_; }

 private:
  absl::Status Listen(const std::string& wanted, grpc::ServerBuilder& builder,
                      std::unique_ptr<grpc::Server>& server,
                      std::string& address) {
    int port = 0;
    SetLimits(around_.options, builder);
    builder.AddListeningPort(wanted, grpc::InsecureServerCredentials(), &port);
    server = builder.BuildAndStart();
    if (server == nullptr || port == 0) return PortTaken(wanted);
    address = HostOf(wanted) + ":" + std::to_string(port);
    return absl::OkStatus();
  }

  CallSurroundings around_;
  DirectoryServiceImpl directory_service_;
  MatchServiceImpl match_service_;
  IngestServiceImpl ingest_service_;
  CurationServiceImpl curation_service_;
  AdminServiceImpl admin_service_;
  v1::DirectoryService::Service directory_names_;
  v1::MatchService::Service match_names_;
  v1::IngestService::Service ingest_names_;
  v1::CurationService::Service curation_names_;
  std::string address_;
  std::string operator_address_;
  // Last, so that they go first.
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<grpc::Server> operator_server_;
};

RpcServer::RpcServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

RpcServer::~RpcServer() { Drain(absl::ZeroDuration()); }

absl::StatusOr<std::unique_ptr<RpcServer>> RpcServer::Start(
    const RpcOptions& options, Directory& directory) {
  auto impl = std::make_unique<Impl>(options, directory);
  HANDRAIL_RETURN_IF_ERROR(impl->Start());
  return std::unique_ptr<RpcServer>(new RpcServer(std::move(impl)));
}

const std::string& RpcServer::address() const { return impl_->address(); }
const std::string& RpcServer::operator_address() const {
  return impl_->operator_address();
}

void RpcServer::Drain(absl::Duration grace) { impl_->Drain(grace); }

}  // namespace handrail::server
