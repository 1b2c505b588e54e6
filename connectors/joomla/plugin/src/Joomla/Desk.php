<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Joomla;

\defined('_JEXEC') or die;

use Joomla\CMS\Application\CMSApplication;
use Joomla\CMS\Language\Text;
use Joomla\CMS\Session\Session;

/** Answers the buttons of the settings: only to people who may manage plugins, only with Joomla's own token. */
final class Desk
{
    private const SEND = 20_000;

    public function __construct(private readonly CMSApplication $app, private readonly Wiring $wiring)
    {
    }

    /** @return  array{html?: string, error?: string} */
    public function answer(): array
    {
        if (!$this->isAllowed()) {
            $this->app->setHeader('status', '403', true);

            return ['error' => Text::_('JERROR_ALERTNOAUTHOR')];
        }

        $panel = new Panel($this->wiring);
        $input = $this->app->getInput()->post;

        return match ($input->getCmd('deed')) {
            'test' => ['html' => $panel->html($this->wiring->trial->all())],
            'send' => ['html' => $panel->html(null, $this->send())],
            'resend' => ['html' => $panel->html(null, $this->resend($input->getInt('id')))],
            'discard' => ['html' => $panel->html(null, $this->discard($input->getInt('id')))],
            default => ['html' => $panel->html()],
        };
    }

    private function isAllowed(): bool
    {
        $user = $this->app->getIdentity();

        return $this->app->isClient('administrator')
            && $this->app->getInput()->getMethod() === 'POST'
            && Session::checkToken('post')
            && $user !== null
            && $user->authorise('core.manage', 'com_plugins');
    }

    private function send(): string
    {
        $done = $this->wiring->run->sendNow(self::SEND);

        return Text::sprintf('PLG_SYSTEM_LEADBRIDGE_DONE_SEND', $done['sent'], $done['left'], $done['parked']);
    }

    private function discard(int $id): string
    {
        return Text::_($this->wiring->ledger->discard($id)
            ? 'PLG_SYSTEM_LEADBRIDGE_DONE_DISCARD'
            : 'PLG_SYSTEM_LEADBRIDGE_DONE_NOTHING');
    }

    private function resend(int $id): string
    {
        $number = $this->wiring->ledger->resend($id > 0 ? $id : null);
        $done = $this->wiring->run->drain(self::SEND);

        return Text::sprintf('PLG_SYSTEM_LEADBRIDGE_DONE_RESEND', $number)
            . ' ' . Text::sprintf('PLG_SYSTEM_LEADBRIDGE_DONE_SEND', $done['sent'], $done['left'], $done['parked']);
    }
}
