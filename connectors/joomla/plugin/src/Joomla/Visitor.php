<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Joomla;

\defined('_JEXEC') or die;

use Joomla\CMS\Application\CMSApplication;
use Joomla\CMS\Component\ComponentHelper;
use Joomla\CMS\Uri\Uri;
use Leadbridge\Plugin\System\Leadbridge\Channel\Asker;
use Leadbridge\Plugin\System\Leadbridge\Channel\Memory;
use Leadbridge\Plugin\System\Leadbridge\Channel\Touch;
use Leadbridge\Plugin\System\Leadbridge\Settings;

/** What the request and the site's session say about the visitor. */
final class Visitor
{
    private const MEMORY = 'leadbridge.channel';
    private const COOKIE = 'leadbridge_visitor';

    public function __construct(private readonly CMSApplication $app, private readonly Settings $settings)
    {
    }

    /** The language of the page, a tag such as de-DE; away from pages the one that the site speaks by default. */
    public function language(): string
    {
        return $this->app->isClient('site')
            ? (string) $this->app->getLanguage()->getTag()
            : (string) ComponentHelper::getParams('com_languages')->get('site', 'en-GB');
    }

    /** Notes in the session where the visitor came from, when a page is shown. */
    public function remember(int $now): void
    {
        if (!$this->settings->channel || !$this->isShownAPage()) {
            return;
        }

        $kept = $this->app->getSession()->get(self::MEMORY);
        $memory = Memory::fromArray($kept);
        $after = $memory->with(Touch::of((string) Uri::getInstance(), $this->server('HTTP_REFERER'), $now));

        if ($after !== $memory) {
            $this->app->getSession()->set(self::MEMORY, $after->toArray());
        }
    }

    /** Whether this is somebody who writes articles. */
    public function mayEdit(): bool
    {
        $user = $this->app->getIdentity();

        return $user !== null && ($user->authorise('core.edit', 'com_content') || $user->authorise('core.edit.own', 'com_content'));
    }

    /** Whether somebody sees pages here; the web services are called by programs. */
    public function isOnPage(): bool
    {
        return $this->app->isClient('site');
    }

    /**
     * For Capture::lead. Whoever calls the web services is a program: nothing about it goes along.
     *
     * @return  array<string, mixed>
     */
    public function context(): array
    {
        if (!$this->isOnPage()) {
            return [];
        }

        return [
            'ip' => (string) Asker::clientIp($_SERVER, $this->settings->proxies),
            'user_agent' => $this->server('HTTP_USER_AGENT'),
            'visitor' => $this->browser(),
        ] + ($this->settings->channel ? $this->channel() : []);
    }

    /** What the site script has put into the cookie; empty when there is none, or when the browser asks not to be recognised. */
    private function browser(): string
    {
        return $this->settings->visits && !Asker::wantsNoTracking($_SERVER)
            ? $this->app->getInput()->cookie->getString(self::COOKIE, '')
            : '';
    }

    /** @return  array<string, mixed> */
    private function channel(): array
    {
        $memory = Memory::fromArray($this->app->getSession()->get(self::MEMORY));

        return ['page_url' => $this->page()] + $memory->context();
    }

    /** The page with the form: forms are posted from there, so the browser names it. */
    private function page(): string
    {
        $from = $this->server('HTTP_REFERER');
        $here = Uri::getInstance()->toString(['scheme', 'host', 'port']) . '/';

        return str_starts_with($from, $here) ? $from : (string) Uri::getInstance();
    }

    private function isShownAPage(): bool
    {
        $input = $this->app->getInput();

        return $this->isOnPage()
            && $input->getMethod() === 'GET'
            && $input->getCmd('format', 'html') === 'html'
            && $input->getCmd('option') !== 'com_ajax';
    }

    private function server(string $name): string
    {
        return \is_string($_SERVER[$name] ?? null) ? $_SERVER[$name] : '';
    }
}
