#include "clients/formats/temporary_folder.h"

#include <cstdlib>
#include <system_error>

namespace handrail::formats {

std::filesystem::path TemporaryFolder() {
  std::error_code error;
  const char* const said = std::getenv("TMPDIR");
  for (const char* folder : {said != nullptr ? said : "", "/var/tmp"}) {
    if (std::filesystem::is_directory(folder, error)) return folder;
  }
  return "/tmp";
}

}  // namespace handrail::formats
