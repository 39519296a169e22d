// Where a load keeps what does not fit in memory.
#pragma once

#include <filesystem>

namespace handrail::formats {

// $TMPDIR where it is set and a folder; otherwise /var/tmp, the place for large
// temporary files (file-hierarchy(7)): /tmp is in memory on many machines.
std::filesystem::path TemporaryFolder();

}  // namespace handrail::formats
