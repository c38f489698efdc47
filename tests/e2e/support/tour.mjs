// A tour through the Rocket.Chat face: one call after another, so that every served route answers 200 at least once and
// most refuse once. What is not served is left out.
import assert from 'node:assert/strict';
import { RocketChat } from './rocketchat.mjs';

const start = '2020-01-01T00:00:00.000Z';
const end = '2040-01-01T00:00:00.000Z';

class Tour {
  constructor(administrator, parley, served) {
    Object.assign(this, { administrator, parley, served, answers: [], visitor: new RocketChat(parley, {}) });
  }

  // One call of a route ("GET livechat/department/{_id}"); `in`: path parameters, `query`, `body`, `as`: who asks.
  // Answers the body, or {} when the route is not served.
  async go(id, { in: given = {}, query, body, as = this.administrator } = {}) {
    if (!this.served.has(id)) return {};
    const [method, template] = id.split(' ');
    const filled = template.replace(/\{([^}]*)\}/g, (_, name) => encodeURIComponent(given[name] ?? assert.fail(`${id}: no ${name}`)));
    const target = query ? `${filled}?${new URLSearchParams(query)}` : filled;
    const answer = await as.call(method, target, method === 'GET' ? undefined : body ?? {});
    this.answers.push({ id, status: answer.status, json: answer.json, text: answer.text });
    return answer.json ?? {};
  }

  // The same with a file instead of a body.
  async sendFile(id, { in: given, as = this.administrator, headers = {} }) {
    if (!this.served.has(id)) return {};
    const form = new FormData();
    form.append('file', new Blob(['a note'], { type: 'text/plain' }), 'note.txt');
    const filled = id.split(' ')[1].replace(/\{([^}]*)\}/g, (_, name) => encodeURIComponent(given[name]));
    const response = await fetch(as.base + filled, { method: 'POST', headers: { ...as.session, ...headers }, body: form });
    const text = await response.text();
    this.answers.push({ id, status: response.status, json: JSON.parse(text), text });
    return JSON.parse(text);
  }

  async accounts() {
    const made = await this.go('POST users.create', { body: { email: 'ann@acme.test', name: 'Ann', password: 'ann-password', username: 'ann', roles: ['user', 'livechat-agent', 'livechat-manager'], verified: true } });
    this.ann = made.user;
    await this.go('POST users.create', { body: {} });
    await this.go('POST users.create', { body: { email: 'bob@acme.test', name: 'Bob', password: 'bob-password', username: 'bob', joinDefaultChannels: false } });
    await this.go('POST login', { as: this.visitor, body: { user: 'ann', password: 'ann-password' } });
    this.asAnn = await RocketChat.login(this.parley, 'ann', 'ann-password');
    await this.go('POST login', { as: this.visitor, body: { user: 'ann', password: 'wrong' } });
    for (const id of ['GET me', 'GET users.list', 'GET users.listByStatus', 'GET users.getPreferences', 'GET users.getPersonalAccessTokens', 'GET permissions.listAll', 'GET roles.list', 'GET users.presence', 'GET licenses.info', 'GET api/info', 'GET statistics', 'GET smtp.check'])
      if (id !== 'GET api/info') await this.go(id);
    await this.go('GET licenses.isEnterprise');
    await this.go('POST groups.create', { body: { name: 'night-shift', members: ['bob'] } });
    await this.go('POST groups.create', { body: {} });
    await this.go('POST users.update', { body: { userId: this.ann._id, data: { name: 'Ann Lee', statusText: 'at work' } } });
    await this.go('POST users.update', { body: {} });
    await this.go('GET users.info', { query: { userId: this.ann._id } });
    await this.go('GET users.info', { query: { userId: 'nobody' } });
    await this.go('POST users.setStatus', { as: this.asAnn, body: { status: 'online', message: 'here' } });
    await this.go('POST users.setStatus', { as: this.asAnn, body: { status: 'sleeping', message: 'here' } });
    for (const id of ['GET users.getStatus', 'GET users.getPresence']) {
      await this.go(id, { query: { userId: this.ann._id } });
      await this.go(id, { as: this.asAnn });
    }
    await this.go('POST users.setActiveStatus', { body: { userId: this.ann._id, activeStatus: true } });
    await this.go('POST users.setActiveStatus', { body: {} });
    await this.go('POST users.setPreferences', { body: { userId: this.ann._id, data: { newRoomNotification: 'door', useEmojis: true, highlights: ['acme'] } } });
    await this.go('POST users.setPreferences', { body: {} });
    await this.go('POST users.generatePersonalAccessToken', { body: { tokenName: 'script', bypassTwoFactor: true } });
    await this.go('POST users.generatePersonalAccessToken', { body: { tokenName: 'script', bypassTwoFactor: true } });
    await this.go('POST users.regeneratePersonalAccessToken', { body: { tokenName: 'script' } });
    await this.go('GET users.getPersonalAccessTokens');
    await this.go('POST users.removePersonalAccessToken', { body: { tokenName: 'script' } });
    await this.go('POST users.removePersonalAccessToken', { body: { tokenName: 'script' } });
    await this.go('POST users.createToken', { body: { userId: this.ann._id, secret: 'a secret of this test' } });
    await this.go('POST roles.addUserToRole', { body: { roleId: 'bot', username: 'bob' } });
    await this.go('POST roles.addUserToRole', { body: {} });
    await this.go('GET roles.getUsersInRole', { query: { role: 'bot' } });
    await this.go('GET roles.getUsersInRole');
    await this.go('POST roles.removeUserFromRole', { body: { roleId: 'bot', username: 'bob' } });
    await this.go('POST roles.removeUserFromRole', { body: {} });
    await this.go('POST roles.delete', { body: { roleId: 'nothing' } });
    await this.go('POST permissions.update', { body: { permissions: [{ _id: 'view-statistics', roles: ['admin'] }] } });
    await this.go('POST permissions.update', { body: { permissions: [] } });
    const bobs = await RocketChat.login(this.parley, 'bob', 'bob-password');
    await this.go('POST users.logoutOtherClients', { as: bobs });
    await this.go('POST users.logout', { as: bobs });
    await this.go('POST logout', { as: await RocketChat.login(this.parley, 'bob', 'bob-password') });
    await this.go('GET logout', { as: await RocketChat.login(this.parley, 'bob', 'bob-password') });
  }

  async settings() {
    for (const id of ['GET settings', 'GET settings.public']) await this.go(id);
    await this.go('GET settings/{_id}', { in: { _id: 'Livechat_title' } });
    await this.go('GET settings/{_id}', { in: { _id: 'Nothing' } });
    await this.go('POST settings/{_id}', { in: { _id: 'Livechat_title' }, body: { value: 'Acme' } });
    await this.go('POST settings', { body: { settings: [{ _id: 'Livechat_title', value: 'Acme' }] } });
    await this.go('POST settings', { body: {} });
    await this.administrator.post('settings/Omnichannel_enable_department_removal', { value: true });
  }

  async staff() {
    for (const username of ['ann', 'bob', 'admin']) await this.go('POST livechat/users/{type}', { in: { type: 'agent' }, body: { username } });
    await this.go('POST livechat/users/{type}', { in: { type: 'agent' }, body: {} });
    await this.go('POST livechat/users/{type}', { in: { type: 'manager' }, body: { username: 'bob' } });
    await this.go('GET livechat/users/{type}', { in: { type: 'agent' } });
    await this.go('GET livechat/users/{type}', { in: { type: 'manager' } });
    await this.go('GET livechat/users/{type}/{_id}', { in: { type: 'agent', _id: this.ann._id } });
    await this.go('DELETE livechat/users/{type}/{_id}', { in: { type: 'manager', _id: (await this.go('GET users.info', { query: { username: 'bob' } })).user._id } });
    const department = { enabled: true, name: 'Sales', email: 'sales@acme.test', description: 'Sells', showOnRegistration: true, showOnOfflineForm: true, requestTagBeforeClosingChat: false, chatClosingTags: [], departmentsAllowedToForward: [] };
    this.department = (await this.go('POST livechat/department', { body: { department, agents: [{ agentId: this.ann._id, count: 0, order: 0 }] } })).department;
    this.other = (await this.go('POST livechat/department', { body: { department: { ...department, name: 'Support' }, agents: [{ agentId: this.ann._id }] } })).department;
    await this.go('POST livechat/department', { body: {} });
    const seat = { agentId: this.ann._id, username: 'ann' };
    const one = { _id: this.department._id };
    await this.go('PUT livechat/department/{_id}', { in: one, body: { department, agents: [seat] } });
    await this.go('PUT livechat/department/{_id}', { in: one, body: {} });
    await this.go('GET livechat/department');
    await this.go('GET livechat/department/{_id}', { in: one });
    await this.go('POST livechat/department/{_id}/agents', { in: one, body: { upsert: [{ ...seat, count: 0, order: 0 }], remove: [] } });
    await this.go('GET livechat/department/{_id}/agents', { in: one });
    await this.go('GET livechat/department.autocomplete', { query: { selector: '{"term":"S"}', onlyMyDepartments: 'false' } });
    await this.go('GET livechat/department.autocomplete');
    await this.go('GET livechat/department.listByIds', { query: { 'ids[]': one._id } });
    await this.go('GET livechat/department.listByIds');
    await this.go('GET livechat/department/isDepartmentCreationAvailable');
    await this.go('GET livechat/agents/{agentId}/departments', { in: { agentId: this.ann._id } });
    const spare = (await this.go('POST livechat/department', { body: { department: { ...department, name: 'Spare' } } })).department;
    await this.go('POST livechat/department/{_id}/archive', { in: { _id: spare._id } });
    await this.go('GET livechat/departments/archived');
    await this.go('POST livechat/department/{_id}/unarchive', { in: { _id: spare._id } });
    await this.go('DELETE livechat/department/{_id}', { in: { _id: spare._id } });
    await this.go('POST livechat/agents.saveInfo', { body: { agentId: this.ann._id, agentData: {}, agentDepartments: [this.department._id, this.other._id] } });
    await this.go('POST livechat/agent.status', { as: this.asAnn, body: { status: 'available' } });
  }

  async fields() {
    const customFieldData = { field: 'company', label: 'Company', scope: 'visitor', visibility: 'visible' };
    await this.go('POST livechat/custom-fields.save', { body: { customFieldId: null, customFieldData } });
    await this.go('POST livechat/custom-fields.save', { body: { customFieldId: null, customFieldData: { ...customFieldData, field: 'spare' } } });
    await this.go('GET livechat/custom-fields');
    await this.go('GET livechat/custom-fields/{_id}', { in: { _id: 'company' } });
    await this.go('POST livechat/custom-fields.delete', { body: { customFieldId: 'spare' } });
    await this.go('POST livechat/custom-fields.delete', { body: {} });
  }

  // A visitor with a chat that ann serves.
  async chat(token) {
    const as = this.visitor;
    const { visitor } = await this.go('POST livechat/visitor', { as, body: { visitor: { token, name: 'Vera', email: `${token}@visitors.test`, phone: '+49301234', department: this.department._id, customFields: [{ key: 'company', value: 'Acme', overwrite: true }] } } });
    const { room } = await this.go('GET livechat/room', { as, query: { token } });
    assert.ok(room, JSON.stringify(this.answers.at(-1)));
    const { message } = await this.go('POST livechat/message', { as, body: { token, rid: room._id, msg: 'Good morning' } });
    return { token, visitor, room, message };
  }

  async conversation() {
    const as = this.visitor;
    await this.go('POST livechat/visitor', { as, body: { visitor: {} } });
    await this.go('GET livechat/config', { as });
    await this.go('GET livechat/config', { as, query: { token: 'vera' } });
    await this.go('GET livechat/config/routing');
    await this.go('GET livechat/room', { as });
    await this.go('GET livechat/agent.next/{token}', { as, in: { token: 'nobody yet' } });
    await this.go('POST livechat/message', { as, body: {} });
    const { token, visitor, room, message } = await this.chat('vera');
    const rid = room._id;
    await this.go('GET livechat/agent.info/{rid}/{token}', { as, in: { rid, token } });
    await this.go('GET livechat/agent.next/{token}', { as, in: { token } });
    await this.go('GET livechat/visitor/{token}', { as, in: { token } });
    await this.go('GET livechat/visitor/{token}/room', { in: { token } });
    await this.go('POST livechat/custom.field', { as, body: { token, key: 'company', value: 'Acme Ltd', overwrite: true } });
    await this.go('POST livechat/custom.field', { as, body: {} });
    await this.go('POST livechat/custom.fields', { as, body: { token, customFields: [{ key: 'company', value: 'Acme', overwrite: true }] } });
    await this.go('POST livechat/custom.fields', { as, body: {} });
    await this.go('POST livechat/page.visited', { as, body: { token, rid, pageInfo: { change: 'url', title: 'Home', location: { href: 'https://acme.test/' } } } });
    await this.go('POST livechat/page.visited', { as, body: {} });
    await this.go('POST livechat/visitor.status', { as, body: { token, status: 'away' } });
    await this.go('POST livechat/messages', { body: { visitor: { token }, messages: [{ msg: 'and more' }] } });
    await this.go('POST livechat/messages', { body: {} });
    await this.go('GET livechat/message/{_id}', { as, in: { _id: message._id }, query: { token, rid } });
    await this.go('GET livechat/message/{_id}', { as, in: { _id: message._id } });
    await this.go('PUT livechat/message/{_id}', { as, in: { _id: message._id }, body: { token, rid, msg: 'Good evening' } });
    await this.administrator.post('settings/Message_AllowDeleting', { value: true });
    await this.go('DELETE livechat/message/{_id}', { as, in: { _id: message._id }, body: { token, rid } });
    await this.go('DELETE livechat/message/{_id}', { as, in: { _id: message._id }, body: {} });
    await this.go('GET livechat/messages.history/{rid}', { as, in: { rid }, query: { token } });
    await this.go('GET livechat/messages.history/{rid}', { as, in: { rid } });
    await this.agentSpeaks(rid);
    await this.sendFile('POST livechat/upload/{rid}', { in: { rid }, as, headers: { 'x-visitor-token': token } });
    await this.sendFile('POST livechat/upload/{rid}', { in: { rid }, as });
    await this.sendFile('POST rooms.upload/{rid}', { in: { rid } });
    const { file } = await this.sendFile('POST rooms.media/{rid}', { in: { rid } });
    await this.go('POST rooms.mediaConfirm/{rid}/{fileId}', { in: { rid, fileId: file?._id }, body: { msg: 'Here' } });
    await this.lists({ rid, visitor, token });
    await this.go('POST livechat/room.survey', { as, body: { token, rid, data: [{ name: 'satisfaction', value: '5' }] } });
    await this.go('POST livechat/room.survey', { as, body: {} });
    await this.go('GET livechat/room.join', { query: { roomId: rid } });
    await this.go('POST livechat/room.saveInfo', { as: this.asAnn, body: { guestData: { _id: visitor._id, name: 'Vera' }, roomData: { _id: rid, topic: 'Order', tags: ['order'] } } });
    await this.go('POST livechat/room.saveInfo', { body: {} });
    await this.go('POST livechat/visitor/department.transfer', { as, body: { token, rid, department: this.other._id } });
    await this.go('POST livechat/visitor/department.transfer', { as, body: {} });
    await this.go('POST livechat/room.transfer', { as, body: { token, rid, department: this.department._id } });
    await this.go('POST livechat/room.forward', { body: { roomId: rid, departmentId: this.other._id } });
    await this.go('POST livechat/room.forward', { body: {} });
    await this.go('GET livechat/transfer.history/{rid}', { in: { rid } });
    await this.go('POST livechat/inquiries.returnAsInquiry', { body: { roomId: rid } });
    await this.go('POST livechat/inquiries.returnAsInquiry', { body: {} });
    await this.go('POST livechat/transcript', { as, body: { token, rid, email: 'vera@visitors.test' } });
    await this.go('POST livechat/transcript', { as, body: {} });
    await this.go('POST livechat/transcript/{rid}', { in: { rid }, body: { email: 'vera@visitors.test', subject: 'Chat' } });
    await this.go('DELETE livechat/transcript/{rid}', { in: { rid } });
    await this.go('POST livechat/room.close', { as, body: { token, rid } });
    await this.go('POST livechat/room.close', { as, body: { token, rid } });
    await this.lists({ rid, visitor, token });
    await this.go('POST livechat/rooms.delete', { body: { roomId: rid } });
    await this.go('POST livechat/rooms.delete', { body: { roomId: rid } });
    await this.go('DELETE livechat/visitor/{token}', { as, in: { token } });
  }

  async agentSpeaks(rid) {
    const as = this.asAnn;
    const { message } = await this.go('POST chat.sendMessage', { as, body: { message: { rid, msg: 'Hello' } } });
    await this.go('POST chat.sendMessage', { as, body: {} });
    await this.go('POST chat.postMessage', { as, body: { roomId: rid, text: 'How can I help?' } });
    await this.go('POST chat.postMessage', { as, body: { roomId: 'nowhere', text: 'x' } });
    await this.go('POST chat.update', { as, body: { roomId: rid, msgId: message._id, text: 'Hello!' } });
    await this.go('POST chat.update', { as, body: {} });
    await this.go('GET chat.getMessage', { as, query: { msgId: message._id } });
    await this.go('GET chat.getMessage', { as });
    await this.go('GET chat.search', { as, query: { roomId: rid, searchText: 'help' } });
    await this.go('GET chat.search', { as });
    await this.go('GET chat.syncMessages', { as, query: { roomId: rid, lastUpdate: start } });
    await this.go('GET chat.syncMessages', { as });
    await this.go('POST chat.delete', { body: { roomId: rid, msgId: message._id } });
    await this.go('POST chat.delete', { body: {} });
    for (const id of ['GET rooms.get', 'GET subscriptions.get']) {
      await this.go(id, { as });
      await this.go(id, { as, query: { updatedSince: 'soon' } });
    }
    for (const id of ['GET channels.info', 'GET subscriptions.getOne']) {
      await this.go(id, { as, query: { roomId: rid } });
      await this.go(id, { as });
    }
    await this.go('POST subscriptions.read', { as, body: { rid } });
    await this.go('POST subscriptions.read', { as, body: { rid: 'nowhere' } });
    const called = (name, ...params) => ({ as, in: { method: name }, body: { message: JSON.stringify({ msg: 'method', id: '1', method: name, params }) } });
    await this.go('POST method.call/{method}', called('sendMessage', { rid, msg: 'By method' }));
    await this.go('POST method.call/{method}', called('nothing'));
  }

  async lists({ rid, visitor, token }) {
    await this.go('GET livechat/rooms', { query: { 'agents[]': this.ann._id } });
    await this.go('GET livechat/rooms');
    await this.go('GET rooms.info', { query: { roomId: rid } });
    await this.go('GET livechat/queue');
    await this.go('GET livechat/{rid}/messages', { in: { rid } });
    await this.go('GET livechat/visitors.info', { query: { visitorId: visitor._id } });
    await this.go('GET livechat/visitors.info', { query: { visitorId: 'nobody' } });
    await this.go('GET livechat/visitors.search', { query: { term: 'Vera' } });
    await this.go('GET livechat/visitors.search');
    await this.go('GET livechat/visitors.autocomplete', { query: { selector: '{"term":"Ve"}' } });
    await this.go('GET livechat/visitors.autocomplete');
    await this.go('GET livechat/visitors.pagesVisited/{roomId}', { in: { roomId: rid } });
    const both = { roomId: rid, visitorId: visitor._id };
    await this.go('GET livechat/visitors.chatHistory/room/{roomId}/visitor/{visitorId}', { in: both });
    await this.go('GET livechat/visitors.searchChats/room/{roomId}/visitor/{visitorId}', { in: both, query: { searchText: 'Good', closedChatsOnly: 'true', servedChatsOnly: 'false' } });
    await this.go('GET livechat/visitor/{token}/room', { in: { token } });
  }

  async queue() {
    await this.administrator.post('settings/Livechat_Routing_Method', { value: 'Manual_Selection' });
    const { room, token } = await this.chat('walter');
    await this.go('GET livechat/inquiries.list');
    await this.go('GET livechat/inquiries.queuedForUser', { as: this.asAnn });
    const { inquiry } = await this.go('GET livechat/inquiries.getOne', { query: { roomId: room._id } });
    await this.go('GET livechat/inquiries.getOne');
    await this.go('POST livechat/inquiries.take', { as: this.asAnn, body: { inquiryId: inquiry?._id ?? 'none' } });
    await this.go('POST livechat/inquiries.take', { as: this.asAnn, body: {} });
    await this.go('POST livechat/room.closeByUser', { as: this.asAnn, body: { rid: room._id, comment: 'done' } });
    await this.go('POST livechat/room.closeByUser', { as: this.asAnn, body: { rid: room._id, comment: 'done' } });
    await this.go('GET livechat/visitor/{token}', { as: this.visitor, in: { token } });
  }

  async contacts() {
    const { contactId } = await this.go('POST omnichannel/contacts', { body: { name: 'Carl', emails: ['carl@visitors.test'], phones: ['+4930999'], customFields: {} } });
    await this.go('POST omnichannel/contacts', { body: {} });
    await this.go('POST omnichannel/contact', { body: { token: 'dora', name: 'Dora', username: 'dora', email: 'dora@visitors.test' } });
    await this.go('POST omnichannel/contact', { body: {} });
    await this.go('GET omnichannel/contact.search', { query: { email: 'dora@visitors.test' } });
    const query = { contactId };
    for (const id of ['GET omnichannel/contacts.get', 'GET omnichannel/contacts.checkExistence', 'GET omnichannel/contacts.channels', 'GET omnichannel/contacts.history']) {
      await this.go(id, { query });
      await this.go(id);
    }
    await this.go('GET omnichannel/contacts.search', { query: { searchText: 'Carl' } });
    await this.go('POST omnichannel/contacts.update', { body: { contactId, name: 'Carl Carlson' } });
    await this.go('POST omnichannel/contacts.update', { body: {} });
    await this.go('POST omnichannel/contacts.conflicts', { body: {} });
    const dora = await this.chat('dora');
    await this.go('GET omnichannel/contact', { query: { contactId: dora.visitor._id } });
    await this.go('POST omnichannel/contacts.update', { body: { contactId: dora.room.contactId, name: 'Dorothea' } });
    await this.go('POST livechat/visitor', { as: this.visitor, body: { visitor: { token: 'dora', name: 'Dora May' } } });
    await this.go('POST omnichannel/contacts.conflicts', { body: { contactId: dora.room.contactId, name: 'Dora May' } });
    await this.go('GET omnichannel/contacts.get', { query: { contactId: dora.room.contactId } });
    await this.go('GET omnichannel/contacts.channels', { query: { contactId: dora.room.contactId } });
    const { visitor } = await this.go('POST livechat/visitor', { as: this.visitor, body: { visitor: { token: 'emil', name: 'Emil' } } });
    await this.go('PUT livechat/room.visitor', { body: { rid: dora.room._id, oldVisitorId: dora.visitor._id, newVisitorId: visitor._id } });
    await this.go('POST livechat/room.close', { as: this.visitor, body: { token: 'emil', rid: dora.room._id } });
    const channel = { visitor: { visitorId: visitor._id, source: { type: 'api' } } };
    for (const id of ['POST omnichannel/contacts.block', 'POST omnichannel/contacts.unblock']) {
      await this.go(id, { body: channel });
      await this.go(id, { body: {} });
    }
    await this.go('POST omnichannel/contacts.delete', { body: { contactId } });
  }

  async texts() {
    for (const [id, value] of [['SMS_Enabled', true], ['SMS_Service', 'voxtelesys']]) await this.administrator.post(`settings/${id}`, { value });
    const texted = { from: '+15550100', to: '+15550199', body: 'Is it ready?', received_at: start, media: [] };
    await this.go('POST livechat/sms-incoming/{service}', { in: { service: 'voxtelesys' }, as: this.visitor, body: texted });
    await this.go('POST livechat/sms-incoming/{service}', { in: { service: 'voxtelesys' }, as: this.visitor, body: {} });
  }

  async widget() {
    await this.go('GET livechat/appearance');
    await this.go('POST livechat/appearance', { body: [{ _id: 'Livechat_title', value: 'Acme' }] });
    await this.go('POST livechat/appearance', { body: [] });
    const trigger = { name: 'Greeting', description: 'Greets', enabled: true, runOnce: true, conditions: [{ name: 'time-on-site', value: '5' }], actions: [{ name: 'send-message', params: { sender: 'custom', msg: 'Hello', name: 'Bot' } }] };
    await this.go('POST livechat/triggers', { body: trigger });
    await this.go('POST livechat/triggers', { body: {} });
    const { triggers } = await this.go('GET livechat/triggers');
    await this.go('GET livechat/triggers/{_id}', { in: { _id: triggers?.[0]._id } });
    await this.go('DELETE livechat/triggers/{_id}', { in: { _id: triggers?.[0]._id } });
    const { businessHour } = await this.go('GET livechat/business-hour', { query: { type: 'default' } });
    await this.go('GET livechat/business-hours');
    const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
    const hours = { name: '', timezoneName: 'Europe/Berlin', daysOpen: days.slice(0, 5), departmentsToApplyBusinessHour: '', active: true, type: 'default', timezone: 'Europe/Berlin', workHours: days.map((day) => ({ day, start: '08:00', finish: '20:00', open: true })) };
    await this.go('POST livechat/business-hours.save', { body: businessHour ? { ...hours, _id: businessHour._id } : hours });
    await this.go('POST livechat/business-hours.save', { body: {} });
    await this.go('POST livechat/business-hours.remove', { body: { _id: 'of no hour', type: 'custom' } });
    await this.go('POST livechat/business-hours.remove', { body: {} });
    await this.go('GET livechat/integrations.settings');
    await this.go('POST omnichannel/integrations', { body: { LivechatSecretToken: 'secret' } });
    await this.services();
    await this.go('GET livechat/rooms/filters');
    await this.go('POST livechat/rooms.removeAllClosedRooms', { body: {} });
    await this.go('POST livechat/offline.message', { as: this.visitor, body: { name: 'Vera', email: 'vera@visitors.test', message: 'Call me' } });
    await this.go('POST livechat/offline.message', { as: this.visitor, body: {} });
  }

  // What calls somebody else.
  async services() {
    const webhookUrl = this.receiver.url;
    const asks = { webhookUrl, timeout: 20_000, fallbackMessage: 'Hold on', extraData: [{ key: 'lang', value: 'de' }] };
    await this.go('POST livechat/webhook.test');
    await this.administrator.post('settings/Livechat_webhookUrl', { value: webhookUrl });
    this.receiver.say({ body: { contents: [{ msg: 'Hi', order: 0 }] } });
    await this.go('POST livechat/webhook.test');
    await this.go('POST livechat/triggers/external-service/test', { body: asks });
    await this.go('POST livechat/triggers/external-service/test', { body: {} });
    const params = { serviceUrl: webhookUrl, serviceTimeout: 20_000, serviceFallbackMessage: 'Hold on' };
    await this.go('POST livechat/triggers', { body: { name: 'Ask', description: '', enabled: true, runOnce: true, conditions: [{ name: 'time-on-site', value: '5' }], actions: [{ name: 'use-external-service', params }] } });
    const { triggers } = await this.go('GET livechat/triggers');
    const called = { as: this.visitor, in: { _id: triggers?.[0]._id } };
    await this.go('POST livechat/triggers/{_id}/external-service/call', { ...called, body: { token: 'vera', extraData: asks.extraData } });
    await this.go('POST livechat/triggers/{_id}/external-service/call', { ...called, body: {} });
    await this.go('DELETE livechat/triggers/{_id}', { in: called.in });
  }

  async prepared() {
    await this.go('POST canned-responses', { body: { shortcut: 'hi', text: 'Hello', scope: 'global', tags: ['greet'] } });
    await this.go('POST canned-responses', { body: { shortcut: 'hi', text: 'Hello', scope: 'global' } });
    await this.go('POST canned-responses', { body: {} });
    await this.go('POST canned-responses', { as: this.asAnn, body: { shortcut: 'anns', text: 'Mine', scope: 'user' } });
    const { cannedResponses } = await this.go('GET canned-responses');
    await this.go('GET canned-responses', { query: { scope: 'user' } });
    await this.go('GET canned-responses', { query: { planet: 'x' } });
    await this.go('GET canned-responses.get');
    const [first, second] = cannedResponses ?? [];
    await this.go('GET canned-responses/{_id}', { in: { _id: first?._id } });
    await this.go('GET canned-responses/{_id}', { in: { _id: 'nothing' } });
    await this.go('DELETE canned-responses', { as: this.asAnn, body: { _id: first?._id } });
    await this.go('DELETE canned-responses', { body: {} });
    await this.go('DELETE canned-responses/{_id}', { in: { _id: second?._id } });
    await this.go('DELETE canned-responses/{_id}', { in: { _id: 'nothing' } });
    const tag = await this.go('POST livechat/tags.save', { body: { tagData: { name: 'refund', description: 'Money back' } } });
    await this.go('POST livechat/tags.save', { body: { _id: tag._id, tagData: { name: 'returns', description: '' }, tagDepartments: ['d1'] } });
    await this.go('POST livechat/tags.save', { body: {} });
    await this.go('GET livechat/tags', { query: { text: '', viewAll: 'true' } });
    await this.go('GET livechat/tags');
    await this.go('GET livechat/tags/{tagId}', { in: { tagId: tag._id } });
    await this.go('GET livechat/tags/{tagId}', { in: { tagId: 'nothing' } });
    await this.go('POST livechat/tags.delete', { body: { id: tag._id } });
    await this.go('POST livechat/tags.delete', { body: { id: tag._id } });
  }

  async figures() {
    const boards = 'livechat/analytics/dashboards/';
    const query = { start, end };
    for (const name of ['conversation-totalizers', 'agents-productivity-totalizers', 'chats-totalizers', 'productivity-totalizers', 'charts/chats', 'charts/chats-per-agent', 'charts/chats-per-department', 'charts/timings'])
      await this.go(`GET ${boards}${name}`, { query });
    const month = { start: new Date(Date.now() - 15 * 86_400_000).toISOString(), end: new Date(Date.now() + 15 * 86_400_000).toISOString() };
    for (const name of ['conversations-by-source', 'conversations-by-status', 'conversations-by-department', 'conversations-by-tags', 'conversations-by-agent']) {
      await this.go(`GET ${boards}${name}`, { query: month });
      await this.go(`GET ${boards}${name}`, { query });
    }
    await this.go(`GET ${boards}charts/agents-status`);
    await this.go(`GET ${boards}charts-data`, { query: { chartName: 'Total_conversations', start: '2026-01-01', end: '2026-01-07' } });
    const days = { from: '2026-01-01', to: '2026-01-07' };
    await this.go('GET livechat/analytics/overview', { query: { name: 'Conversations', ...days } });
    await this.go('GET livechat/analytics/overview');
    await this.go('GET livechat/analytics/agent-overview', { query: { name: 'Total_conversations', ...days } });
    await this.go('GET livechat/analytics/agent-overview');
    for (const name of ['agents/average-service-time', 'agents/total-service-time', 'departments/amount-of-chats', 'departments/average-service-time', 'departments/average-chat-duration-time', 'departments/total-service-time', 'departments/average-waiting-time', 'departments/total-transferred-chats', 'departments/total-abandoned-chats', 'departments/percentage-abandoned-chats'])
      await this.go(`GET livechat/analytics/${name}`, { query });
    await this.go('GET livechat/analytics/agents/available-for-service-history', { query: { start: '2026-01-01', end: '2026-01-07' } });
  }

  async mail() {
    const server = { server: '127.0.0.1', port: this.smtpPort, username: '', password: '', secure: false };
    const { _id } = await this.go('POST email-inbox', { body: { name: 'Desk', email: 'desk@acme.test', active: true, smtp: server, imap: server } });
    await this.go('POST email-inbox', { body: {} });
    await this.go('GET email-inbox.list');
    await this.go('GET email-inbox/{_id}', { in: { _id } });
    await this.go('GET email-inbox/{_id}', { in: { _id: 'nothing' } });
    await this.go('GET email-inbox.search', { query: { email: 'desk@acme.test' } });
    await this.go('POST email-inbox.send-test/{_id}', { in: { _id } });
    await this.go('DELETE email-inbox/{_id}', { in: { _id } });
    await this.go('POST mailer', { body: { from: 'news@acme.test', subject: 'News', body: '[unsubscribe]', query: '{"username":"ann"}' } });
    await this.go('POST mailer', { body: {} });
    await this.go('POST mailer.unsubscribe', { body: { _id: this.ann._id, createdAt: '1' } });
  }

  async leave() {
    const { user } = await this.go('GET users.info', { query: { username: 'bob' } });
    await this.go('POST users.delete', { body: { userId: user._id } });
    await this.go('POST users.delete', { body: {} });
  }
}

// Answers {id, status, json, text} of every call; RocketChat has held each success against our own spec.
// Mails go to the server at `smtpPort`, calls of other services to `receiver`.
export async function driveEverything(administrator, parley, served, { smtpPort, receiver }) {
  const tour = new Tour(administrator, parley, served);
  Object.assign(tour, { smtpPort, receiver });
  const settings = { SMTP_Host: '127.0.0.1', SMTP_Port: String(smtpPort), From_Email: 'desk@acme.test', Livechat_offline_email: 'night@acme.test' };
  for (const [id, value] of Object.entries(settings)) await administrator.post(`settings/${id}`, { value });
  for (const part of ['accounts', 'settings', 'staff', 'fields', 'conversation', 'queue', 'contacts', 'texts', 'widget', 'prepared', 'figures', 'mail', 'leave']) await tour[part]();
  return tour.answers;
}
