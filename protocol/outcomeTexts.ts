// Plain words for every outcome code: what happened, what the program does, what the person can do.

import type { OutcomeCode } from './outcome.ts';

export type Language = 'en' | 'ja';

const en: Record<OutcomeCode, string> = {
  CONFIRMED: 'Delivered: the other office confirmed that it has every page.',
  CANCELLED: 'Cancelled. Nothing more will be sent.',
  RELAY_NOT_CONFIGURED: 'No relay is set up yet. Enter one in Settings; the fax is kept until then.',
  RELAY_UNREACHABLE:
    'The relay cannot be reached. Hikyaku keeps trying; check the internet connection if this lasts.',
  RELAY_LOGIN_REFUSED:
    'The relay refused the device id or password. Correct them in Settings; the fax is kept until then.',
  RELAY_CERTIFICATE:
    'The relay’s certificate is not trusted, so nothing was sent. Check the relay’s address or ask its operator.',
  RELAY_PROXY_REFUSED:
    'The proxy server did not let Hikyaku through to the relay. Ask the person who runs your network.',
  RELAY_VERSION:
    'The relay speaks another protocol version. Update Hikyaku, or ask the relay’s operator to update.',
  RELAY_REPLACED:
    'Another program is signed in at the relay with this device id. Use a different device id for each PC.',
  RELAY_STOPPING: 'The relay is restarting. Hikyaku goes on by itself in a moment.',
  RELAY_BUSY: 'The relay is asking for a pause because of too many calls. Hikyaku tries again shortly.',
  DEVICE_UNKNOWN: 'The relay knows no device with this id. Check the spelling with the other office.',
  DEVICE_OFFLINE: 'The other office is not online at the moment. Hikyaku sends the fax as soon as it is.',
  DEVICE_BUSY: 'The other office is busy with other faxes. Hikyaku tries again shortly.',
  DEVICE_REFUSED: 'The other office does not accept faxes from you. Ask them to allow your device id.',
  DEVICE_NO_ANSWER: 'The other office is online but did not answer. Hikyaku tries again.',
  RECEIVER_DISK_FULL:
    'The other office has no disk space left. Tell them; Hikyaku tries again, confirmed pages are not sent twice.',
  RECEIVER_ERROR:
    'The other office could not store the fax. Hikyaku tries again, confirmed pages are not sent twice.',
  PEER_VERSION:
    'The other office’s program speaks a different protocol version. One of you needs to update Hikyaku.',
  PEER_PROTOCOL:
    'The other office’s program answered in a way that Hikyaku does not understand. One of you needs to update.',
  PAGE_NOT_ACCEPTED:
    'The other office cannot take a page of this size or resolution. Send it at a lower resolution.',
  CALL_BROKEN: 'The connection broke. Hikyaku calls again and goes on after the last confirmed page.',
  CALL_STALLED:
    'The connection stood still for too long. Hikyaku calls again and goes on after the last confirmed page.',
  LINE_NOT_SET_UP:
    'No telephone line is set up for sending. Attach a fax modem and add it under Lines; the fax is kept until then.',
  LINE_NOT_READY:
    'The fax modem is not ready: unplugged, switched off, or used by another program. Hikyaku goes on when it is back.',
  LINE_NO_DIAL_TONE:
    'The telephone line has no dial tone. Check the cable and whether somebody is on the phone; Hikyaku tries again.',
  LINE_BROKEN:
    'The telephone line or the modem broke off. Hikyaku calls again and goes on after the last confirmed page.',
  NUMBER_NOT_DIALABLE: 'This number cannot be dialled. Check it for missing or wrong digits.',
  TEL_BUSY: 'The number is busy. Hikyaku tries again in a while.',
  TEL_NO_ANSWER: 'Nobody answered. Hikyaku tries again in a while.',
  TEL_NO_FAX: 'The number answered, but no fax machine was heard. Check the number; Hikyaku tries again.',
  TEL_VOICE:
    'A person answered instead of a fax machine, so Hikyaku stopped at once. Check the number before you send again.',
  TEL_DELAYED:
    'The modem holds this number back after too many attempts, as its country demands. Hikyaku tries again later.',
  WRONG_NUMBER:
    'The machine that answered gives another identity than before, so nothing was sent. Check the number.',
  FAX_HUNG_UP:
    'The other fax machine ended the call before it had everything. Hikyaku calls again and goes on after the last confirmed page.',
  FAX_NO_RESPONSE:
    'The other fax machine stopped answering. Hikyaku calls again and goes on after the last confirmed page.',
  FAX_TRAINING_FAILED:
    'The line was too bad for even the slowest speed. Hikyaku tries again; another line may help.',
  FAX_PAGE_REJECTED:
    'A page arrived damaged and the other fax machine refused it. Hikyaku calls again and goes on with this page.',
  FAX_TOO_MANY_ERRORS:
    'Too many errors on the line kept a page from getting across. Hikyaku calls again and goes on with this page.',
  FAX_CANNOT_RECEIVE:
    'The other fax machine cannot receive now; it may be out of paper or memory. Hikyaku tries again.',
  FAX_INCOMPATIBLE: 'The other fax machine cannot take this document in any form that Hikyaku can send.',
  FAX_PASSWORD_REFUSED: 'The other fax machine refused the password or subaddress. Ask for the right one.',
  FAX_OPERATOR:
    'A person at the other fax machine asked to speak and the fax was not taken. Hikyaku tries again.',
  FAX_NOTHING_TO_POLL: 'The other fax machine has no document to be fetched.',
  FAX_PROTOCOL: 'The other fax machine answered in a way that makes no sense. Hikyaku tries again.',
  FAX_BROKEN_OFF: 'The call broke off before its end. What arrived is kept.',
  PAGE_NOT_STORED:
    'A page that arrived could not be stored on this PC, so its sender was told that it failed. If it stays, send us the technical log.',
  PAGE_STORED_LATE:
    'This PC took longer to store a page than its sender waits, so the call was ended. Ask for the rest; look what slows the PC or its disk.',
  PAGE_UNREADABLE:
    'A page arrived in a form that cannot be read, so the call was ended. Ask its sender to send it again, with less detail if it fails again.',
  GIVEN_UP: 'Every attempt failed, so Hikyaku stopped trying. Send it again when the cause is gone.',
  FILE_NOT_SUPPORTED: 'This kind of file cannot be faxed. Use PDF, TIFF, PNG, JPEG, WebP or plain text.',
  FILE_EMPTY: 'The file has no pages or no content, so there is nothing to send.',
  FILE_BROKEN: 'The file is damaged and cannot be read. Open it in its own program and save it again.',
  FILE_ENCRYPTED: 'The file is protected by a password. Save it without the password and try again.',
  FILE_TOO_LARGE: 'The file is too large to be faxed. Split it or lower its resolution.',
  FILE_TOO_MANY_PAGES: 'The file has too many pages for one fax. Split it into several.',
  FILE_TOO_SLOW:
    'A page of the file took too long to draw, so Hikyaku stopped. Print it to a new PDF and try that.',
  FILE_XFA_FORM:
    'The file is an interactive form that only Adobe programs can show. Print it to a normal PDF and fax that.',
  FILE_MISSING: 'The file is no longer there. Choose it again.',
  IMAGING_CRASHED:
    'The file made the page renderer stop. Nothing else was harmed; print it to a new PDF and try that.',
  DISK_FULL: 'This PC has no disk space left, so the fax could not be kept. Free some space and try again.',
  INTERNAL_ERROR: 'Something went wrong inside Hikyaku. Try again; if it stays, send us the technical log.',
};

const ja: Record<OutcomeCode, string> = {
  CONFIRMED: '送信完了：相手先が全ページの受信を確認しました。',
  CANCELLED: '取り消しました。これ以上は送信されません。',
  RELAY_NOT_CONFIGURED:
    'リレーがまだ設定されていません。「設定」で登録してください。それまでファクスは保管されます。',
  RELAY_UNREACHABLE:
    'リレーに接続できません。自動で再試行します。続く場合はインターネット接続を確認してください。',
  RELAY_LOGIN_REFUSED:
    'リレーが機器IDまたはパスワードを拒否しました。「設定」で修正してください。それまでファクスは保管されます。',
  RELAY_CERTIFICATE:
    'リレーの証明書を信頼できないため、送信していません。リレーのアドレスを確認するか、運用者に問い合わせてください。',
  RELAY_PROXY_REFUSED:
    'プロキシサーバーがリレーへの接続を許可しませんでした。ネットワーク管理者に問い合わせてください。',
  RELAY_VERSION:
    'リレーのプロトコルの版が異なります。Hikyaku を更新するか、リレーの運用者に更新を依頼してください。',
  RELAY_REPLACED:
    '同じ機器IDで別のプログラムがリレーに接続しています。PCごとに異なる機器IDを使ってください。',
  RELAY_STOPPING: 'リレーが再起動中です。まもなく自動で再開します。',
  RELAY_BUSY: '通信が多いため、リレーが待機を求めています。まもなく再試行します。',
  DEVICE_UNKNOWN: 'この機器IDはリレーに登録されていません。綴りを相手先に確認してください。',
  DEVICE_OFFLINE: '相手先は現在オンラインではありません。オンラインになり次第送信します。',
  DEVICE_BUSY: '相手先は他のファクスで話し中です。まもなく再試行します。',
  DEVICE_REFUSED:
    '相手先がこちらからのファクスを受け付けていません。こちらの機器IDの許可を依頼してください。',
  DEVICE_NO_ANSWER: '相手先はオンラインですが応答がありませんでした。再試行します。',
  RECEIVER_DISK_FULL:
    '相手先のディスクに空きがありません。相手先に知らせてください。再試行しますが、確認済みのページは二重に送りません。',
  RECEIVER_ERROR:
    '相手先がファクスを保存できませんでした。再試行しますが、確認済みのページは二重に送りません。',
  PEER_VERSION: '相手先のプログラムの版が異なります。どちらかの Hikyaku の更新が必要です。',
  PEER_PROTOCOL: '相手先のプログラムの応答を理解できませんでした。どちらかの更新が必要です。',
  PAGE_NOT_ACCEPTED: '相手先はこの大きさまたは解像度のページを受け取れません。解像度を下げて送ってください。',
  CALL_BROKEN: '通信が切れました。かけ直して、確認済みの次のページから続けます。',
  CALL_STALLED: '通信が長く止まりました。かけ直して、確認済みの次のページから続けます。',
  LINE_NOT_SET_UP:
    '送信用の電話回線がありません。ファクスモデムを接続し、「回線」で追加してください。それまでファクスは保管されます。',
  LINE_NOT_READY:
    'ファクスモデムが使えません（未接続、電源オフ、または他のプログラムが使用中）。使えるようになり次第再開します。',
  LINE_NO_DIAL_TONE: '発信音が聞こえません。電話線の接続と、通話中でないかを確認してください。再試行します。',
  LINE_BROKEN: '電話回線またはモデムが途切れました。かけ直して、確認済みの次のページから続けます。',
  NUMBER_NOT_DIALABLE: 'この番号には発信できません。桁の不足や誤りを確認してください。',
  TEL_BUSY: '話し中です。しばらくしてかけ直します。',
  TEL_NO_ANSWER: '応答がありません。しばらくしてかけ直します。',
  TEL_NO_FAX: '応答しましたが、ファクスの信号がありません。番号を確認してください。再試行します。',
  TEL_VOICE: '人が電話に出たため、ただちに中止しました。再送の前に番号を確認してください。',
  TEL_DELAYED: '発信回数の規制により、モデムがこの番号への発信を保留しています。後で再試行します。',
  WRONG_NUMBER: '応答した機器の識別番号が以前と異なるため、送信していません。番号を確認してください。',
  FAX_HUNG_UP: '相手のファクスが途中で通信を終えました。かけ直して、確認済みの次のページから続けます。',
  FAX_NO_RESPONSE: '相手のファクスの応答がなくなりました。かけ直して、確認済みの次のページから続けます。',
  FAX_TRAINING_FAILED: '回線の状態が悪く、最低速度でも通信できませんでした。再試行します。',
  FAX_PAGE_REJECTED: 'ページが乱れたため相手が受け取りませんでした。かけ直して、このページから続けます。',
  FAX_TOO_MANY_ERRORS: '回線の誤りが多く、ページを送れませんでした。かけ直して、このページから続けます。',
  FAX_CANNOT_RECEIVE: '相手のファクスは現在受信できません（用紙切れ、メモリー不足など）。再試行します。',
  FAX_INCOMPATIBLE: '相手のファクスは、この文書をどの形式でも受け取れません。',
  FAX_PASSWORD_REFUSED:
    '相手のファクスがパスワードまたはサブアドレスを拒否しました。正しいものを確認してください。',
  FAX_OPERATOR: '相手のオペレーターが通話を求め、ファクスは受け取られませんでした。再試行します。',
  FAX_NOTHING_TO_POLL: '相手のファクスに取り出せる文書がありません。',
  FAX_PROTOCOL: '相手のファクスの応答を理解できませんでした。再試行します。',
  FAX_BROKEN_OFF: '通信が途中で途切れました。届いた分は保存されています。',
  PAGE_NOT_STORED:
    '届いたページをこの PC に保存できなかったため、送信側には失敗と伝えました。続く場合は技術ログを送ってください。',
  PAGE_STORED_LATE:
    'ページの保存に送信側の待ち時間を超える時間がかかったため、通信を終えました。残りの再送を依頼し、PC やディスクが遅い原因を確認してください。',
  PAGE_UNREADABLE:
    '読み取れない形式のページが届いたため、通信を終えました。再送を依頼してください。繰り返す場合は解像度を下げてもらってください。',
  GIVEN_UP: 'すべての試行が失敗したため中止しました。原因がなくなってから再送してください。',
  FILE_NOT_SUPPORTED:
    'この種類のファイルは送信できません。PDF、TIFF、PNG、JPEG、WebP、テキストを使ってください。',
  FILE_EMPTY: 'ファイルにページまたは内容がないため、送信するものがありません。',
  FILE_BROKEN: 'ファイルが壊れていて読めません。元のプログラムで開いて保存し直してください。',
  FILE_ENCRYPTED: 'ファイルがパスワードで保護されています。パスワードを外して保存し直してください。',
  FILE_TOO_LARGE: 'ファイルが大きすぎます。分割するか解像度を下げてください。',
  FILE_TOO_MANY_PAGES: 'ページ数が多すぎます。複数のファクスに分けてください。',
  FILE_TOO_SLOW:
    'ページの描画に時間がかかりすぎたため中止しました。新しい PDF に印刷してから試してください。',
  FILE_XFA_FORM:
    'Adobe のプログラムでしか表示できないフォームです。通常の PDF に印刷してから送ってください。',
  FILE_MISSING: 'ファイルが見つかりません。もう一度選んでください。',
  IMAGING_CRASHED:
    'このファイルでページの描画が停止しました。他への影響はありません。新しい PDF に印刷してから試してください。',
  DISK_FULL:
    'この PC のディスクに空きがないため、ファクスを保存できませんでした。空きを作ってから試してください。',
  INTERNAL_ERROR: 'Hikyaku の内部で問題が起きました。もう一度試し、続く場合は技術ログを送ってください。',
};

/** Calls that came in: the words above are a sender's. Left out: the same for both. */
const enReceiving: Partial<Record<OutcomeCode, string>> = {
  CANCELLED: 'The call was ended from this side. The pages that had arrived are kept.',
  LINE_NOT_READY: 'The fax modem was not ready, so the call was not taken. The caller may try again.',
  LINE_BROKEN:
    'The telephone line or the modem broke off. The pages that had arrived are kept; ask the caller for the rest.',
  TEL_NO_ANSWER: 'The caller had hung up before the call was answered.',
  TEL_NO_FAX:
    'The caller gave no fax signal. It may have been a person, or somebody who had hung up by then.',
  FAX_HUNG_UP: 'The caller ended the call before everything was handed over.',
  FAX_NO_RESPONSE: 'The caller stopped answering. The pages that had arrived are kept.',
  FAX_TRAINING_FAILED: 'The line was too bad for even the slowest speed. The caller may try again.',
  FAX_PAGE_REJECTED: 'A page reached the caller damaged and was refused. The caller may fetch it again.',
  FAX_TOO_MANY_ERRORS:
    'Too many errors on the line kept a page from getting across. The pages before it are kept; the caller may try again.',
  FAX_CANNOT_RECEIVE: 'The calling fax machine cannot receive the document that it asked for.',
  FAX_INCOMPATIBLE: 'The calling fax machine wanted to send in a form that this line cannot take.',
  FAX_PASSWORD_REFUSED:
    'The caller did not give the password or address that is asked for here, so nothing was taken or handed over. If the call was expected, tell the caller the right one.',
  FAX_OPERATOR: 'A person at the calling fax machine asked to speak, and the call was ended.',
  FAX_NOTHING_TO_POLL: 'The caller wanted to fetch a document, and none is kept here for that caller.',
  FAX_PROTOCOL:
    'The calling fax machine said what makes no sense, so the call was ended. The pages that had arrived are kept.',
};

const jaReceiving: Partial<Record<OutcomeCode, string>> = {
  CANCELLED: 'こちらから通信を終えました。届いたページは保存されています。',
  LINE_NOT_READY: 'ファクスモデムが使えず、着信に応答できませんでした。送信側がかけ直すことがあります。',
  LINE_BROKEN:
    '電話回線またはモデムが途切れました。届いたページは保存されています。残りの再送を依頼してください。',
  TEL_NO_ANSWER: '応答する前に、発信側が電話を切りました。',
  TEL_NO_FAX:
    '着信しましたが、ファクスの信号がありません。人からの電話か、すでに切れていた可能性があります。',
  FAX_HUNG_UP: '渡し終わる前に、発信側が通信を終えました。',
  FAX_NO_RESPONSE: '発信側の応答がなくなりました。届いたページは保存されています。',
  FAX_TRAINING_FAILED: '回線の状態が悪く、最低速度でも通信できませんでした。発信側がかけ直すことがあります。',
  FAX_PAGE_REJECTED: 'ページが乱れたため発信側が受け取りませんでした。発信側が取り出し直すことがあります。',
  FAX_TOO_MANY_ERRORS:
    '回線の誤りが多く、ページが通りませんでした。それまでのページは保存されています。発信側がかけ直すことがあります。',
  FAX_CANNOT_RECEIVE: '発信側のファクスは、求めた文書を受信できません。',
  FAX_INCOMPATIBLE: '発信側のファクスが、この回線では受け取れない形式で送ろうとしました。',
  FAX_PASSWORD_REFUSED:
    '発信側が正しいパスワードまたはアドレスを示さなかったため、受け渡しをしていません。心当たりのある相手であれば、正しいものを伝えてください。',
  FAX_OPERATOR: '発信側のオペレーターが通話を求め、通信を終えました。',
  FAX_NOTHING_TO_POLL: '発信側が文書を取り出そうとしましたが、その相手向けの文書はありません。',
  FAX_PROTOCOL: '発信側のファクスの信号を理解できず、通信を終えました。届いたページは保存されています。',
};

const receivingTexts = { en: enReceiving, ja: jaReceiving } satisfies Record<Language, object>;

const texts = { en, ja } satisfies Record<Language, Record<OutcomeCode, string>>;

/** One or two sentences for a person, in `language`; `incoming`: for the end that was called. */
export function outcomeText(
  code: OutcomeCode,
  language: Language = 'en',
  direction: 'outgoing' | 'incoming' = 'outgoing',
): string {
  const receiving = direction === 'incoming' ? receivingTexts[language][code] : undefined;
  return receiving ?? texts[language][code];
}
