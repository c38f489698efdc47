// How users are shown, to themselves and to others.
//
// Source: administration reference §2.2, §2.3, §2.6.
// Threading: pure functions.
#pragma once

#include "backend/embedded/options.h"
#include "backend/embedded/settings.h"
#include "backend/embedded/user.h"

namespace parley::backend::embedded {

// GET me and login.data.me.
Json MyProfile(const User& user, const Settings& settings, const Options& options);
// users.create and users.update: the whole record, or what everybody may know of it.
Json FullRecord(const User& user, bool sees_everything);
// users.info. `own`: the caller asks about themselves.
Json PublicProfile(const User& user, bool sees_everything, bool own);
// An item of users.list.
Json ListItem(const User& user, bool sees_everything);
// An item of livechat/users/{type}; departments are added by the caller.
Json AgentItem(const User& user);
// The user's preferences over the workspace's defaults.
Json PreferencesOf(const User& user, const Settings& settings);

}  // namespace parley::backend::embedded
