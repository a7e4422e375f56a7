#include "execute/builder/qemu/typing.hpp"

#include "base/duration.hpp"
#include "base/environment.hpp"
#include "execute/builder/qemu/rfb_client.hpp"
#include "execute/stop.hpp"
#include "sys/clock.hpp"

#include <algorithm>
#include <optional>

namespace kiln::exec::qemu {

namespace {

constexpr std::uint32_t kLeftShift = 0xffe1;  // X11's keysymdef.h

void press(const plan::BootKey& key, RfbClient& screen, const std::stop_token& stop) {
    if (key.shift) {
        screen.send_key(kLeftShift, true, stop);
    }
    if (key.action != plan::BootKey::Action::release) {
        screen.send_key(key.keysym, true, stop);
    }
    if (key.action != plan::BootKey::Action::hold) {
        screen.send_key(key.keysym, false, stop);
    }
    if (key.shift) {
        screen.send_key(kLeftShift, false, stop);
    }
}

/// Sleeps in short pieces, so that a machine that ends meanwhile is noticed.
void sleep_watching(
    std::chrono::nanoseconds duration,
    const std::function<void()>& watch,
    const BuildContext& context
) {
    constexpr std::chrono::nanoseconds kPiece = std::chrono::milliseconds(500);
    while (duration.count() > 0) {
        watch();
        context.effects.clock.sleep_for(std::min(duration, kPiece), context.stop);
        throw_if_stopped(context.stop);
        duration -= kPiece;
    }
}

}  // namespace

void type(
    const std::vector<plan::BootInput>& inputs,
    std::chrono::nanoseconds interval,
    RfbClient* screen,
    const std::function<void()>& watch,
    const BuildContext& context
) {
    for (const plan::BootInput& input : inputs) {
        if (const auto* wait = std::get_if<plan::BootWait>(&input)) {
            sleep_watching(wait->duration, watch, context);
        } else {
            press(std::get<plan::BootKey>(input), *screen, context.stop);
            sleep_watching(interval, watch, context);
        }
    }
}

std::chrono::nanoseconds key_interval(
    std::chrono::nanoseconds wanted, const std::map<std::string, std::string>& environment
) {
    if (wanted.count() > 0) {
        return wanted;
    }
    return parse_go_duration(variable(environment, "PACKER_KEY_INTERVAL"))
        .value_or(std::chrono::milliseconds(100));
}

}  // namespace kiln::exec::qemu
