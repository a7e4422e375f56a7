#include "execute/journal.hpp"

#include "base/error.hpp"
#include "sys/file_system.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <array>
#include <map>
#include <mutex>
#include <optional>
#include <sqlite3.h>
#include <thread>
#include <utility>

namespace kiln::exec {

namespace {

using TimePoint = std::chrono::system_clock::time_point;

// Raised when a table changes in a way that an older kiln can not read.
constexpr int kSchemaVersion = 1;

// Another kiln holds the file for a few milliseconds at a time; a sweep on a slow disk for longer.
constexpr int kBusyTimeoutMs = 20'000;

// Runs that left nothing are kept for so long, for people who look into the file.
constexpr std::int64_t kKeepRunsSeconds = std::int64_t{30} * 24 * 3600;

constexpr const char* kSchema = R"sql(
CREATE TABLE IF NOT EXISTS runs (
    id        INTEGER PRIMARY KEY,
    process   TEXT NOT NULL,
    template  TEXT NOT NULL,
    started   INTEGER NOT NULL,
    finished  INTEGER
);
CREATE TABLE IF NOT EXISTS resources (
    id        INTEGER PRIMARY KEY,
    run       INTEGER NOT NULL REFERENCES runs (id),
    kind      TEXT NOT NULL,
    name      TEXT NOT NULL,
    created   INTEGER NOT NULL,
    released  INTEGER
);
CREATE INDEX IF NOT EXISTS unreleased ON resources (run) WHERE released IS NULL;
)sql";

constexpr std::array kKinds = {
    std::pair{ResourceKind::directory, "directory"},
    std::pair{ResourceKind::file, "file"},
    std::pair{ResourceKind::process, "process"},
    std::pair{ResourceKind::mount, "mount"},
    std::pair{ResourceKind::loop_device, "loop device"},
    std::pair{ResourceKind::layer, "layer"},
    std::pair{ResourceKind::image, "image"},
    std::pair{ResourceKind::aws_run, "aws"},
    std::pair{ResourceKind::aws_removal, "removal"}};

std::optional<ResourceKind> kind_from(const std::string& text) {
    for (const auto& [kind, name] : kKinds) {
        if (text == name) {
            return kind;
        }
    }
    return std::nullopt;
}

std::int64_t to_seconds(TimePoint when) {
    return std::chrono::floor<std::chrono::seconds>(when.time_since_epoch()).count();
}

TimePoint from_seconds(std::int64_t seconds) {
    return TimePoint(std::chrono::seconds(seconds));
}

// When several kilns meet at a new database, SQLite answers "busy" to all but one at once: waiting
// inside the change of mode could be a deadlock (sqlite.org/c3ref/busy_handler.html). So wait here.
void enter_wal_mode(SQLite::Database& db) {
    constexpr int kPauseMs = 10;
    for (int waited_ms = 0;; waited_ms += kPauseMs) {
        try {
            db.exec("PRAGMA journal_mode = WAL");
            return;
        } catch (const SQLite::Exception& cause) {
            if ((cause.getErrorCode() & 0xff) != SQLITE_BUSY || waited_ms >= kBusyTimeoutMs) {
                throw;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(kPauseMs));
        }
    }
}

// The low byte is the kind of problem, the rest says which (sqlite.org/rescode.html).
Error journal_error(
    const std::filesystem::path& database, const std::string& doing, const SQLite::Exception& cause
) {
    const std::string message = doing + " the journal " + database.string() + ": ";
    switch (cause.getErrorCode() & 0xff) {
        case SQLITE_FULL:
            return Error(ErrorKind::no_space, message + "no space left on the disk");
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return Error(ErrorKind::permission, message + "it can not be written")
                .set_hint("set XDG_STATE_HOME to a folder that you may write to");
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return Error(ErrorKind::io, message + "the file is damaged")
                .set_hint("move it away; kiln makes a new one, which does not know what is left");
        case SQLITE_BUSY:
            return Error(ErrorKind::timeout, message + "another process keeps it locked");
        default:
            return Error(ErrorKind::io, message + cause.what());
    }
}

}  // namespace

std::string_view to_string(ResourceKind kind) {
    for (const auto& [known, name] : kKinds) {
        if (kind == known) {
            return name;
        }
    }
    return "resource";
}

struct Journal::State {
    std::filesystem::path path;
    std::mutex mutex;  // one connection for all threads
    std::optional<SQLite::Database> database;
    std::int64_t run = 0;

    // Every use of the database: one at a time, failures told in our words.
    template <typename Work>
    auto with(const std::string& doing, const Work& work) {
        std::scoped_lock lock(mutex);
        try {
            return work(*database);
        } catch (const SQLite::Exception& cause) {
            throw journal_error(path, doing, cause);
        }
    }

    void open();
    bool schema_is_current();
};

void Journal::State::open() {
    sys::RealFileSystem().make_directories(path.parent_path(), 0700);
    try {
        database.emplace(
            path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyTimeoutMs
        );
    } catch (const SQLite::Exception& cause) {
        throw journal_error(path, "opening", cause);
    }
    with("opening", [this](SQLite::Database& db) {
        enter_wal_mode(db);
        // A commit outlives kiln without being forced to the disk; after a power failure the
        // processes and mounts are gone, and at worst a partial file of the cache stays.
        db.exec("PRAGMA synchronous = NORMAL");
        if (!schema_is_current()) {
            SQLite::Transaction transaction(db, SQLite::TransactionBehavior::IMMEDIATE);
            db.exec(kSchema);
            db.exec("PRAGMA user_version = " + std::to_string(kSchemaVersion));
            transaction.commit();
        }
    });
}

bool Journal::State::schema_is_current() {
    const int version = database->execAndGet("PRAGMA user_version").getInt();
    if (version > kSchemaVersion) {
        throw Error(
            ErrorKind::unsupported, "the journal " + path.string() + " is that of a newer kiln"
        );
    }
    return version == kSchemaVersion;
}

Journal::Journal(const std::filesystem::path& database) : state_(std::make_unique<State>()) {
    state_->path = database;
    state_->open();
}

Journal::~Journal() = default;

void Journal::begin_run(const RunInfo& info) {
    state_->with("writing", [&](SQLite::Database& db) {
        const std::int64_t started = to_seconds(info.started);
        SQLite::Transaction transaction(db, SQLite::TransactionBehavior::IMMEDIATE);
        const std::string old_runs =
            "SELECT id FROM runs WHERE finished < " + std::to_string(started - kKeepRunsSeconds) +
            " AND id NOT IN (SELECT run FROM resources WHERE released IS NULL)";
        db.exec("DELETE FROM resources WHERE run IN (" + old_runs + ")");
        db.exec("DELETE FROM runs WHERE id IN (" + old_runs + ")");
        SQLite::Statement insert(
            db, "INSERT INTO runs (process, template, started) VALUES (?, ?, ?)"
        );
        insert.bind(1, sys::to_string(info.process));
        insert.bind(2, info.template_path);
        insert.bind(3, started);
        insert.exec();
        state_->run = db.getLastInsertRowid();
        transaction.commit();
    });
}

void Journal::finish_run(TimePoint when) {
    state_->with("writing", [&](SQLite::Database& db) {
        SQLite::Statement update(db, "UPDATE runs SET finished = ? WHERE id = ?");
        update.bind(1, to_seconds(when));
        update.bind(2, state_->run);
        update.exec();
    });
}

std::int64_t Journal::record(ResourceKind kind, const std::string& name, TimePoint when) {
    return state_->with("writing", [&](SQLite::Database& db) {
        SQLite::Statement insert(
            db, "INSERT INTO resources (run, kind, name, created) VALUES (?, ?, ?, ?)"
        );
        insert.bind(1, state_->run);
        insert.bind(2, std::string(to_string(kind)));
        insert.bind(3, name);
        insert.bind(4, to_seconds(when));
        insert.exec();
        return static_cast<std::int64_t>(db.getLastInsertRowid());
    });
}

void Journal::release(std::int64_t id, TimePoint when) {
    state_->with("writing", [&](SQLite::Database& db) {
        SQLite::Statement update(
            db, "UPDATE resources SET released = ? WHERE id = ? AND released IS NULL"
        );
        update.bind(1, to_seconds(when));
        update.bind(2, id);
        update.exec();
    });
}

std::vector<JournaledResource> Journal::leftovers() {
    return state_->with("reading", [&](SQLite::Database& db) {
        std::vector<JournaledResource> result;
        std::map<std::string, bool> running;
        SQLite::Statement select(
            db,
            "SELECT resources.id, kind, name, template, created, process, finished "
            "FROM resources LEFT JOIN runs ON runs.id = run "
            "WHERE released IS NULL ORDER BY resources.id DESC"
        );
        while (select.executeStep()) {
            const std::optional<ResourceKind> kind = kind_from(select.getColumn(1).getString());
            const std::string process = select.getColumn(5).getString();
            const auto known = running.find(process);
            const auto identity = sys::parse_process_identity(process);
            const bool alive =
                known != running.end() ? known->second : identity && sys::is_running(*identity);
            running[process] = alive;
            if (!kind || (alive && select.getColumn(6).isNull())) {
                continue;
            }
            result.push_back(
                {.id = select.getColumn(0).getInt64(),
                 .kind = *kind,
                 .name = select.getColumn(2).getString(),
                 .template_path = select.getColumn(3).getString(),
                 .created = from_seconds(select.getColumn(4).getInt64())}
            );
        }
        return result;
    });
}

const std::filesystem::path& Journal::database() const {
    return state_->path;
}

JournalEntry::JournalEntry(Journal& journal, ResourceKind kind, const std::string& name)
    : journal_(&journal), id_(journal.record(kind, name)) {}

JournalEntry::JournalEntry(JournalEntry&& other) noexcept
    : journal_(std::exchange(other.journal_, nullptr)), id_(other.id_) {}

JournalEntry& JournalEntry::operator=(JournalEntry&& other) noexcept {
    journal_ = std::exchange(other.journal_, nullptr);
    id_ = other.id_;
    return *this;
}

void JournalEntry::release() {
    if (journal_ != nullptr) {
        std::exchange(journal_, nullptr)->release(id_);
    }
}

}  // namespace kiln::exec
