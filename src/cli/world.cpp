#include "cli/world.hpp"

#include "aws/secrets_manager.hpp"
#include "base/error.hpp"
#include "base/uuid.hpp"
#include "cli/aws_door.hpp"
#include "execute/aws/template_secret.hpp"
#include "execute/datasource/read_data.hpp"
#include "net/curl_transport.hpp"

#include <cerrno>
#include <filesystem>
#include <memory>
#include <sys/random.h>

namespace kiln::cli {

namespace {

std::string random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    for (std::size_t done = 0; done < count;) {
        const ssize_t got = getrandom(bytes.data() + done, count - done, 0);
        if (got < 0 && errno != EINTR) {
            throw system_error("reading random bytes", errno);
        }
        done += got < 0 ? 0 : static_cast<std::size_t>(got);
    }
    return bytes;
}

hcl::FileKind kind_of(sys::FileType type) {
    switch (type) {
        case sys::FileType::regular:
            return hcl::FileKind::regular;
        case sys::FileType::directory:
            return hcl::FileKind::directory;
        case sys::FileType::symlink:  // only when it leads nowhere
        case sys::FileType::character_device:
        case sys::FileType::block_device:
        case sys::FileType::fifo:
        case sys::FileType::socket:
            return hcl::FileKind::other;
    }
    return hcl::FileKind::other;
}

hcl::FileKind file_kind(sys::FileSystem& files, const std::string& path) {
    const std::optional<sys::FileStatus> status = files.status_followed(path);
    return status ? kind_of(status->type) : hcl::FileKind::missing;
}

std::vector<hcl::DirectoryEntry> list_directory(sys::FileSystem& files, const std::string& path) {
    std::vector<hcl::DirectoryEntry> entries;
    for (const sys::DirectoryEntry& entry : files.list_directory(path)) {
        const bool is_symlink = entry.type == sys::FileType::symlink;
        const hcl::FileKind kind =
            is_symlink ? file_kind(files, path + "/" + entry.name) : kind_of(entry.type);
        entries.push_back({entry.name, kind, is_symlink});
    }
    return entries;
}

// With the region and credentials of the environment, as Packer does.
std::string read_secret(exec::AwsSessions& sessions, const std::string& name) {
    const auto aws = sessions.open({}, {});
    return aws::get_secret_value(aws->client(), aws->region(), {name, "", "AWSCURRENT"}, {}).text;
}

}  // namespace

std::string make_uuid() {
    return format_uuid(random_bytes(kUuidBytes), 4);
}

hcl::FunctionEnvironment real_world(Session& session) {
    hcl::FunctionEnvironment world;
    world.working_directory = std::filesystem::current_path().string();
    world.home_directory = session.variable("HOME");
    world.start_time = session.start;
    world.now = [] { return std::chrono::system_clock::now(); };
    world.random_bytes = random_bytes;
    world.environment_variable = [&session](const std::string& name) -> std::optional<std::string> {
        const auto found = session.environment.find(name);
        return found == session.environment.end() ? std::nullopt : std::optional(found->second);
    };
    world.read_file = [&session](const std::string& path) { return session.files.read_file(path); };
    world.file_kind = [&session](const std::string& path) {
        return file_kind(session.files, path);
    };
    world.list_directory = [&session](const std::string& path) {
        return list_directory(session.files, path);
    };
    const auto aws = aws_door(session);
    world.aws_secret = [aws](const std::string& name, const std::optional<std::string>& key) {
        return exec::template_secret(name, read_secret(aws(), name), key);
    };
    world.aws_secret_text = [aws](const std::string& name) { return read_secret(aws(), name); };
    return world;
}

plan::Facts real_facts(Session& session) {
    plan::Facts facts;
    facts.file_kind = [&session](const std::string& path) {
        return file_kind(session.files, path);
    };
    facts.read_file = [&session](const std::string& path) -> std::optional<std::string> {
        try {
            return session.files.read_file(path);
        } catch (const Error&) {
            return std::nullopt;
        }
    };
    facts.list_directory = [&session](const std::string& path) {
        std::vector<std::string> names;
        const auto status = session.files.status_followed(path);
        if (status && status->type == sys::FileType::directory) {
            for (const sys::DirectoryEntry& entry : session.files.list_directory(path)) {
                names.push_back(entry.name);
            }
        }
        return names;
    };
    facts.sources = &session.sources;
    facts.home_directory = session.variable("HOME");
    return facts;
}

plan::RunFacts run_facts(const Session& session) {
    return {session.start, make_uuid, std::filesystem::current_path().string()};
}

tmpl::DataReader real_data(Session& session) {
    auto transport = std::make_shared<std::unique_ptr<net::HttpTransport>>();
    return exec::data_reader(
        real_facts(session),
        run_facts(session),
        {.http = [transport]() -> net::HttpTransport& {
             if (!*transport) {
                 *transport = std::make_unique<net::CurlTransport>();
             }
             return **transport;
         },
         .aws = aws_door(session)}
    );
}

tmpl::DataReader real_data_if_it_can_be_had(Session& session) {
    return [read = real_data(session)](
               const tmpl::DataBlock& data, const hcl::Scope& scope, Diagnostics& /*unheard*/
           ) {
        Diagnostics failures;
        return read(data, scope, failures);
    };
}

}  // namespace kiln::cli
